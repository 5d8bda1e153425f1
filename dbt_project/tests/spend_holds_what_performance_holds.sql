{# Whoever adds up spend finds what whoever adds up channel_days finds, by day and campaign. #}

with

spent as (

    select
        brand,
        spend_date as date,
        channel,
        platform,
        campaign_id,
        campaign_name,
        coalesce(sum(spend), 0) as spend,
        sum(impressions) as impressions,
        sum(clicks) as clicks

    from {{ ref('spend') }}
    group by brand, spend_date, channel, platform, campaign_id, campaign_name

),

days as (

    select * from {{ ref('channel_days') }}

)

select coalesce(spent.brand, days.brand) as brand

from spent
full join days
    on spent.brand = days.brand
    and spent.date = days.date
    and spent.channel = days.channel
    and spent.platform is not distinct from days.platform
    and spent.campaign_id is not distinct from days.campaign_id
    and spent.campaign_name is not distinct from days.campaign_name
where coalesce(spent.spend, 0) <> coalesce(days.spend, 0)
    or coalesce(spent.impressions, 0) <> coalesce(days.impressions, 0)
    or coalesce(spent.clicks, 0) <> coalesce(days.clicks, 0)
