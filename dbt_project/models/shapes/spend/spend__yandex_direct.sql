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
        -- An ad is also shown by what Yandex itself finds fitting, and to lists of people: those are no keywords.
        case when criterion_type = 'KEYWORD' or criterion_type is null then criterion end as keyword,
        {{ device_word('device') }} as device,
        sum(cost) as spend_original,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from {{ ref('stg_yandex_direct__criterion_days') }}
    group by
        brand, account, spend_date, campaign_id, ad_group_id,
        case when criterion_type = 'KEYWORD' or criterion_type is null then criterion end, {{ device_word('device') }}

),

-- What the landed records say, refused ones too, past the staging that it is held against.
landed as (

    select
        _brand as brand,
        _account as account,
        day as spend_date,
        coalesce(sum(cost_micros * 0.000001), 0) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then cost_micros * 0.000001 end), 0) as spend_rejected

    from {{ source('yandex_direct', 'criterion_days') }}
    group by _brand, _account, day

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        stated.brand,
        'yandex_direct' as source,
        stated.account,
        stated.spend_date,
        'yandex_direct' as platform,
        stated.campaign_id,
        stated.campaign_name,
        stated.ad_group_id,
        stated.ad_group_name,
        stated.keyword,
        stated.device,
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
