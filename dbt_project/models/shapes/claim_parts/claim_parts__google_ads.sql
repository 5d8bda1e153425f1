with

accounts as (

    select
        account,
        customer_id,
        max(currency_code) as currency,
        max(time_zone) as time_zone

    from {{ ref('stg_google_ads__customer') }}
    group by account, customer_id

),

read_twice as (

    select * from {{ ref('int_spend__read_twice') }}

),

shaped as (

    select
        days.brand,
        'google_ads' as source,
        days.account,
        'google_ads' as platform,
        days.spend_date as claim_date,
        days.campaign_id,
        sum(days.platform_conversions_value) as conversion_value,
        max(accounts.currency) as currency,
        max(accounts.time_zone) as time_zone

    from {{ ref('stg_google_ads__campaign_days') }} as days
    left join accounts
        on days.account = accounts.account
        and days.customer_id = accounts.customer_id
    left join read_twice
        on days.account = read_twice.account
        and days.customer_id = read_twice.customer_id
        and days.spend_date = read_twice.spend_date
    where read_twice.account is null
    group by days.brand, days.account, days.customer_id, days.spend_date, days.campaign_id

)

select * from shaped
