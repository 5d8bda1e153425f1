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
        spend.ad_id,
        spend.ad_name,
        spend.keyword,
        spend.match_type,
        spend.device,
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

),

-- A campaign that was renamed within a day has two rows of it, and both were spent.
added_up as (

    select
        brand,
        source,
        account,
        spend_date,
        platform,
        channel_type,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        keyword,
        match_type,
        device,
        sum(spend_original) as spend_original,
        currency,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        sum(platform_conversions) as platform_conversions

    from named
    group by
        brand, source, account, spend_date, platform, channel_type, campaign_id, campaign_name,
        ad_group_id, ad_group_name, ad_id, ad_name, keyword, match_type, device, currency

)

select * from added_up
