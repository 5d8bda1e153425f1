with

shaped as (

    select
        brand,
        'tiktok_ads' as platform,
        campaign_id,
        campaign_name,
        max(spend_date) as last_used_date

    from {{ ref('stg_tiktok_ads__ad_days') }}
    group by brand, campaign_id, campaign_name

)

select * from shaped
