{# What the platforms said was spent, by account and day and in their own currency, is all there to be converted. #}

with

staged as (

    select
        'google_ads' as source,
        account,
        spend_date,
        sum(cost) as spend

    from {{ ref('stg_google_ads__campaign_days') }}
    group by account, spend_date

    union all

    select
        'meta_ads' as source,
        account,
        spend_date,
        sum(spend) as spend

    from {{ ref('stg_meta_ads__ad_days') }}
    group by account, spend_date

    union all

    select
        'tiktok_ads' as source,
        account,
        spend_date,
        sum(spend) as spend

    from {{ ref('stg_tiktok_ads__ad_days') }}
    group by account, spend_date

    union all

    select
        'yandex_direct' as source,
        account,
        spend_date,
        sum(cost) as spend

    from {{ ref('stg_yandex_direct__criterion_days') }}
    group by account, spend_date

    union all

    select
        'microsoft_ads' as source,
        account,
        spend_date,
        sum(spend) as spend

    from {{ ref('stg_microsoft_ads__campaign_days') }}
    group by account, spend_date

    union all

    select
        'linkedin_ads' as source,
        account,
        spend_date,
        sum(spend) as spend

    from {{ ref('stg_linkedin_ads__campaign_days') }}
    group by account, spend_date

    union all

    select
        'manual' as source,
        account,
        spend_date,
        sum(spend) as spend

    from {{ ref('stg_manual__spend') }}
    group by account, spend_date

),

converted as (

    select
        source,
        account,
        spend_date,
        sum(spend_original) as spend

    from {{ ref('int_spend__converted') }}
    group by source, account, spend_date

),

compared as (

    select
        coalesce(staged.source, converted.source) as source,
        coalesce(staged.account, converted.account) as account,
        coalesce(staged.spend_date, converted.spend_date) as spend_date,
        coalesce(staged.spend, 0) as spend_staged,
        coalesce(converted.spend, 0) as spend_converted

    from staged
    full outer join converted
        on staged.source = converted.source
        and staged.account = converted.account
        and staged.spend_date = converted.spend_date

)

select * from compared
where spend_staged <> spend_converted
