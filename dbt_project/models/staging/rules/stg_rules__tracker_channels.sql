with

source as (

    select * from {{ source('rules', 'tracker_channels') }}

),

typed as (

    select
        lower(nullif(trim(source_type), '')) as source_type,
        nullif(trim(channel), '') as channel,
        lower(nullif(trim(platform), '')) as platform

    from source

)

select * from typed
