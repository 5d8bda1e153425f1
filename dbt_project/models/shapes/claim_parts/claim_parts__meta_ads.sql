with

accounts as (

    select
        account,
        max(timezone_name) as time_zone

    from {{ ref('stg_meta_ads__account') }}
    group by account

),

shaped as (

    select
        days.brand,
        'meta_ads' as source,
        days.account,
        'meta_ads' as platform,
        days.spend_date as claim_date,
        days.campaign_id,
        sum(days.view_conversions) as view_conversions,
        max(days.currency) as currency,
        max(accounts.time_zone) as time_zone

    from {{ ref('stg_meta_ads__ad_days') }} as days
    left join accounts on days.account = accounts.account
    group by days.brand, days.account, days.spend_date, days.campaign_id

)

select * from shaped
