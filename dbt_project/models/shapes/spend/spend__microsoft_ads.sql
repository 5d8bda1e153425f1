with

-- As at Google, only the campaign level holds all spend.
days as (

    select
        brand,
        account,
        spend_date,
        campaign_id,
        currency,
        max(campaign_name) as campaign_name,
        sum(spend) as spend_original,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from {{ ref('stg_microsoft_ads__campaign_days') }}
    group by brand, account, spend_date, campaign_id, currency

),

-- What the landed records say, refused ones too, past the staging that it is held against.
landed as (

    select
        _brand as brand,
        _account as account,
        currency_code as currency,
        day as spend_date,
        coalesce(sum(spend), 0) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then spend end), 0) as spend_rejected

    from {{ source('microsoft_ads', 'campaign_days') }}
    group by _brand, _account, currency_code, day

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        'microsoft_ads' as source,
        'microsoft_ads' as platform,
        stated.*

    from stated

)

select * from shaped
