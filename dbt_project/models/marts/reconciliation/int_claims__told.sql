{# What each ad platform claims, as it was landed. Whether a month's conversions are of its clicks or of its own days is
   the platform's choice. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

spend as (

    select * from {{ ref('int_spend__converted') }}
    where platform_conversions is not null

),

parts as (

    select * from {{ ref('claim_parts__unioned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

counted as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        cast(date_trunc('month', spend_date) as date) as month,
        platform_conversions as conversions,
        cast(null as decimal(20, 6)) as conversion_value,
        cast(null as decimal(20, 6)) as view_conversions

    from spend

),

valued as (

    select
        parts.brand,
        parts.source,
        parts.account,
        parts.platform,
        parts.campaign_id,
        cast(date_trunc('month', parts.claim_date) as date) as month,
        cast(null as decimal(20, 6)) as conversions,
        {{ converted_money('parts.conversion_value', 'coalesce(parts.currency, brands.currency)', 'brands.currency',
            'own_rates', 'brand_rates') }} as conversion_value,
        parts.view_conversions

    from parts
    inner join brands on parts.brand = brands.brand
    left join rates as own_rates
        on parts.currency = own_rates.currency
        and parts.claim_date = own_rates.rate_date
    left join rates as brand_rates
        on brands.currency = brand_rates.currency
        and parts.claim_date = brand_rates.rate_date

),

unioned as (

    select * from counted
    union all
    select * from valued

),

told as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        month,
        cast(coalesce(sum(conversions), 0) as decimal(20, 6)) as conversions,
        cast(sum(conversion_value) as decimal(20, 6)) as conversion_value,
        cast(coalesce(sum(view_conversions), 0) as decimal(20, 6)) as view_conversions

    from unioned
    group by brand, source, account, platform, campaign_id, month

)

select * from told
