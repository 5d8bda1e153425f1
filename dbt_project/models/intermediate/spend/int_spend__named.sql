with

spend as (

    select * from {{ ref('spend__unioned') }}
    -- The other rows say what was landed.
    where spend_as_landed is null

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

),

named as (

    select
        spend.brand,
        spend.source,
        spend.account,
        spend.spend_date,
        spend.platform,
        campaigns.channel_type,
        spend.campaign_id,
        coalesce(campaigns.campaign_name, spend.campaign_name) as campaign_name,
        spend.ad_group_id,
        spend.ad_group_name,
        spend.keyword,
        spend.spend_original,
        spend.currency,
        spend.impressions,
        spend.clicks,
        spend.platform_conversions

    from spend
    left join campaigns
        on spend.brand = campaigns.brand
        and spend.platform = campaigns.platform
        and coalesce(spend.campaign_id, lower(spend.campaign_name)) = campaigns.campaign_key

)

select * from named
