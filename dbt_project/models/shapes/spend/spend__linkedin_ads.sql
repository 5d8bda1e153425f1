with

accounts as (

    select
        account,
        max(currency) as currency

    from {{ ref('stg_linkedin_ads__account') }}
    group by account

),

-- The name comes with all campaigns' names: LinkedIn's days hold ids only.
days as (

    select
        brand,
        account,
        spend_date,
        campaign_id,
        spend as spend_original,
        impressions,
        clicks,
        platform_conversions

    from {{ ref('stg_linkedin_ads__campaign_days') }}

),

-- What the landed records say, refused ones too, past the staging that it is held against.
landed as (

    select
        _brand as brand,
        _account as account,
        day as spend_date,
        coalesce(sum(cost_in_local_currency), 0) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then cost_in_local_currency end), 0) as spend_rejected

    from {{ source('linkedin_ads', 'campaign_days') }}
    group by _brand, _account, day

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        stated.brand,
        'linkedin_ads' as source,
        stated.account,
        stated.spend_date,
        'linkedin_ads' as platform,
        stated.campaign_id,
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
