{# What the files of the landing zone say was spent, read past the staging models that it is held against. #}

with

google_accounts as (

    select
        account,
        customer_id,
        currency_code as currency

    from {{ ref('stg_google_ads__customer') }}

),

google_days as (

    select
        _brand as brand,
        _account as account,
        coalesce(customer_id, _account) as customer_id,
        cost_micros * 0.000001 as spend,
        _reject_reason is not null as is_rejected

    from {{ source('google_ads', 'campaign_days') }}

),

google as (

    select
        google_days.brand,
        'google_ads' as source,
        google_days.account,
        google_accounts.currency,
        google_days.spend,
        google_days.is_rejected

    from google_days
    left join google_accounts
        on google_days.account = google_accounts.account
        and google_days.customer_id = google_accounts.customer_id

),

meta as (

    select
        _brand as brand,
        'meta_ads' as source,
        _account as account,
        account_currency as currency,
        spend,
        _reject_reason is not null as is_rejected

    from {{ source('meta_ads', 'ad_days') }}

),

tiktok_accounts as (

    select
        account,
        max(currency) as currency

    from {{ ref('stg_tiktok_ads__advertiser') }}
    group by account

),

tiktok_days as (

    select
        _brand as brand,
        _account as account,
        spend,
        _reject_reason is not null as is_rejected

    from {{ source('tiktok_ads', 'ad_days') }}

),

tiktok as (

    select
        tiktok_days.brand,
        'tiktok_ads' as source,
        tiktok_days.account,
        tiktok_accounts.currency,
        tiktok_days.spend,
        tiktok_days.is_rejected

    from tiktok_days
    left join tiktok_accounts on tiktok_days.account = tiktok_accounts.account

),

yandex_clients as (

    select
        account,
        max(currency) as currency

    from {{ ref('stg_yandex_direct__client') }}
    group by account

),

yandex_days as (

    select
        _brand as brand,
        _account as account,
        cost_micros * 0.000001 as spend,
        _reject_reason is not null as is_rejected

    from {{ source('yandex_direct', 'criterion_days') }}

),

yandex as (

    select
        yandex_days.brand,
        'yandex_direct' as source,
        yandex_days.account,
        yandex_clients.currency,
        yandex_days.spend,
        yandex_days.is_rejected

    from yandex_days
    left join yandex_clients on yandex_days.account = yandex_clients.account

),

microsoft as (

    select
        _brand as brand,
        'microsoft_ads' as source,
        _account as account,
        currency_code as currency,
        spend,
        _reject_reason is not null as is_rejected

    from {{ source('microsoft_ads', 'campaign_days') }}

),

linkedin_accounts as (

    select
        account,
        max(currency) as currency

    from {{ ref('stg_linkedin_ads__account') }}
    group by account

),

linkedin_days as (

    select
        _brand as brand,
        _account as account,
        cost_in_local_currency as spend,
        _reject_reason is not null as is_rejected

    from {{ source('linkedin_ads', 'campaign_days') }}

),

linkedin as (

    select
        linkedin_days.brand,
        'linkedin_ads' as source,
        linkedin_days.account,
        linkedin_accounts.currency,
        linkedin_days.spend,
        linkedin_days.is_rejected

    from linkedin_days
    left join linkedin_accounts on linkedin_days.account = linkedin_accounts.account

),

-- The drop is landed whole each time: the last pull is all of it.
manual as (

    select
        coalesce(brand, _brand) as brand,
        'manual' as source,
        _account as account,
        currency,
        spend,
        _reject_reason is not null as is_rejected

    from {{ source('manual', 'spend') }}
    qualify _day = max(_day) over (partition by _account)

),

unioned as (

    select * from google
    union all
    select * from meta
    union all
    select * from tiktok
    union all
    select * from yandex
    union all
    select * from microsoft
    union all
    select * from linkedin
    union all
    select * from manual

),

summed as (

    select
        brand,
        source,
        account,
        upper(currency) as currency,
        sum(spend) as landed_spend,
        sum(case when is_rejected then spend else 0 end) as rejected_spend

    from unioned
    group by brand, source, account, upper(currency)

)

select * from summed
