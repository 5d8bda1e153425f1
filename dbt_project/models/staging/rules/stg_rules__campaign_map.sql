with

source as (

    select * from {{ source('rules', 'campaign_map') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        lower(nullif(trim(utm_source), '')) as utm_source,
        lower(nullif(trim(utm_campaign), '')) as utm_campaign,
        lower(nullif(trim(platform), '')) as platform,
        nullif(trim(campaign_id), '') as campaign_id

    from source

)

select * from typed
