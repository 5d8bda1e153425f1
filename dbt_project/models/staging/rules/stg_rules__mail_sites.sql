with

source as (

    select * from {{ source('rules', 'mail_sites') }}

),

typed as (

    select
        lower(nullif(trim(host_pattern), '')) as host_pattern,
        nullif(trim(name), '') as name

    from source

)

select * from typed
