with

source as (

    select * from {{ source('rules', 'platform_channels') }}

),

typed as (

    select
        lower(nullif(trim(platform), '')) as platform,
        upper(nullif(trim(channel_type), '')) as channel_type,
        nullif(trim(channel), '') as channel

    from source

)

select * from typed
