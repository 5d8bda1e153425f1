with

days as (

    select
        brand,
        account,
        spend_date,
        campaign_id,
        currency,
        max(campaign_name) as campaign_name,
        adset_id as ad_group_id,
        max(adset_name) as ad_group_name,
        ad_id,
        max(ad_name) as ad_name,
        sum(spend) as spend_original,
        sum(impressions) as impressions,
        -- Clicks on the link, as Google counts them; Meta's own clicks hold likes and comments too.
        sum(inline_link_clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from {{ ref('stg_meta_ads__ad_days') }}
    group by brand, account, spend_date, campaign_id, adset_id, ad_id, currency

),

-- What the landed records say, refused ones too, past the staging that it is held against.
landed as (

    select
        _brand as brand,
        _account as account,
        account_currency as currency,
        day as spend_date,
        coalesce(sum(spend), 0) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then spend end), 0) as spend_rejected

    from {{ source('meta_ads', 'ad_days') }}
    group by _brand, _account, account_currency, day

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        'meta_ads' as source,
        'meta_ads' as platform,
        stated.*

    from stated

)

select * from shaped
