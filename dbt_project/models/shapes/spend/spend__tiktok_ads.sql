with

accounts as (

    select
        account,
        max(currency) as currency

    from {{ ref('stg_tiktok_ads__advertiser') }}
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
        ad_id,
        max(ad_name) as ad_name,
        sum(spend) as spend_original,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from {{ ref('stg_tiktok_ads__ad_days') }}
    group by brand, account, spend_date, campaign_id, ad_group_id, ad_id

),

-- What the landed records say, refused ones too, past the staging that it is held against.
landed as (

    select
        _brand as brand,
        _account as account,
        day as spend_date,
        coalesce(sum(spend), 0) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then spend end), 0) as spend_rejected

    from {{ source('tiktok_ads', 'ad_days') }}
    group by _brand, _account, day

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        stated.brand,
        'tiktok_ads' as source,
        stated.account,
        stated.spend_date,
        'tiktok_ads' as platform,
        stated.campaign_id,
        stated.campaign_name,
        stated.ad_group_id,
        stated.ad_group_name,
        stated.ad_id,
        stated.ad_name,
        stated.spend_original,
        accounts.currency,
        stated.impressions,
        stated.clicks,
        stated.platform_conversions,
        stated.spend_as_landed,
        stated.spend_rejected

    from stated
    left join accounts
        on stated.account = accounts.account

)

select * from shaped
