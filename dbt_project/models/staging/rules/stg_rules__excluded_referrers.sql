with

source as (

    select * from {{ source('rules', 'excluded_referrers') }}

),

typed as (

    select
        lower(nullif(trim(host_pattern), '')) as host_pattern,
        nullif(trim(reason), '') as reason

    from source

)

select * from typed
