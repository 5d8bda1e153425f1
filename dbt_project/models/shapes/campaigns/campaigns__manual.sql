with

shaped as (

    select
        brand,
        lower(platform) as platform,
        campaign_id,
        campaign_name,
        max(spend_date) as last_used_date

    from {{ ref('stg_manual__spend') }}
    group by brand, campaign_id, campaign_name, lower(platform)

)

select * from shaped
