with

accounts as (

    select
        account,
        max(currency) as currency

    from {{ ref('stg_yandex_direct__client') }}
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
        criterion as keyword,
        search_term,
        sum(cost) as spend_original,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from {{ ref('stg_yandex_direct__search_term_days') }}
    -- What is not told by term is left to the campaign.
    where search_term is not null
    group by brand, account, spend_date, campaign_id, ad_group_id, criterion, search_term

),

shaped as (

    select
        days.brand,
        'yandex_direct' as source,
        days.account,
        days.spend_date,
        'yandex_direct' as platform,
        days.campaign_id,
        days.campaign_name,
        days.ad_group_id,
        days.ad_group_name,
        days.keyword,
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
