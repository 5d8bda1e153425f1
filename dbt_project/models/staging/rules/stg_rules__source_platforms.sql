with

source as (

    select * from {{ source('rules', 'source_platforms') }}

),

typed as (

    select
        lower(nullif(trim(source), '')) as source,
        lower(nullif(trim(platform), '')) as platform

    from source

)

select * from typed
