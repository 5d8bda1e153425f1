with

-- The report of search terms names no currency; that of campaigns does.
accounts as (

    select
        account,
        max(currency) as currency

    from {{ ref('stg_microsoft_ads__campaign_days') }}
    group by account

),

days as (

    select
        brand,
        account,
        spend_date,
        campaign_id,
        max(campaign_name) as campaign_name,
        ad_group_id,
        max(ad_group_name) as ad_group_name,
        keyword,
        lower(bid_match_type) as match_type,
        search_term,
        sum(spend) as spend_original,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from {{ ref('stg_microsoft_ads__search_term_days') }}
    group by
        brand, account, spend_date, campaign_id, ad_group_id, keyword, lower(bid_match_type), search_term

),

shaped as (

    select
        days.brand,
        'microsoft_ads' as source,
        days.account,
        days.spend_date,
        'microsoft_ads' as platform,
        days.campaign_id,
        days.campaign_name,
        days.ad_group_id,
        days.ad_group_name,
        days.keyword,
        days.match_type,
        days.search_term,
        days.spend_original,
        accounts.currency,
        days.impressions,
        days.clicks,
        days.platform_conversions

    from days
    left join accounts on days.account = accounts.account

)

select * from shaped
