with

shaped as (

    select
        brand,
        'microsoft_ads' as platform,
        campaign_id,
        campaign_name,
        upper(campaign_type) as channel_type,
        max(spend_date) as last_used_date

    from {{ ref('stg_microsoft_ads__campaign_days') }}
    group by brand, campaign_id, campaign_name, upper(campaign_type)

)

select * from shaped
