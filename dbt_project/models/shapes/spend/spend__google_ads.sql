with

accounts as (

    select
        account,
        customer_id,
        max(currency_code) as currency

    from {{ ref('stg_google_ads__customer') }}
    group by account, customer_id

),

-- The campaign level alone holds all spend: some campaign types have no keywords or ads below them.
days as (

    select
        brand,
        account,
        customer_id,
        spend_date,
        campaign_id,
        max(campaign_name) as campaign_name,
        sum(cost) as spend_original,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from {{ ref('stg_google_ads__campaign_days') }}
    group by brand, account, customer_id, spend_date, campaign_id

),

-- What the landed records say, refused ones too, past the staging that it is held against.
landed as (

    select
        _brand as brand,
        _account as account,
        coalesce(customer_id, _account) as customer_id,
        day as spend_date,
        coalesce(sum(cost_micros * 0.000001), 0) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then cost_micros * 0.000001 end), 0) as spend_rejected

    from {{ source('google_ads', 'campaign_days') }}
    group by _brand, _account, coalesce(customer_id, _account), day

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        stated.brand,
        'google_ads' as source,
        stated.account,
        stated.spend_date,
        'google_ads' as platform,
        stated.campaign_id,
        stated.campaign_name,
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
        and stated.customer_id = accounts.customer_id

)

select * from shaped
