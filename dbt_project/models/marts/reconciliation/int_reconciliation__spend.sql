{{ config(materialized = 'ephemeral', access = 'private') }}

with

landed_spend as (

    select * from {{ ref('spend__unioned') }}
    where spend_as_landed is not null

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

converted_spend as (

    select * from {{ ref('int_spend__converted') }}

),

channel_performance as (

    select * from {{ ref('channel_performance') }}

),

landed_currencies as (

    select
        landed_spend.brand,
        landed_spend.source,
        landed_spend.account,
        coalesce(landed_spend.currency, brands.currency) as currency,
        sum(landed_spend.spend_as_landed) as landed,
        sum(landed_spend.spend_rejected) as rejected

    from landed_spend
    left join brands on landed_spend.brand = brands.brand
    group by
        landed_spend.brand, landed_spend.source, landed_spend.account,
        coalesce(landed_spend.currency, brands.currency)

),

converted_currencies as (

    select
        brand,
        source,
        account,
        currency_original as currency,
        sum(spend_original) as staged,
        sum(case when spend is not null then spend_original else 0 end) as published

    from converted_spend
    group by brand, source, account, currency_original

),

spend as (

    select
        coalesce(landed_currencies.brand, converted_currencies.brand) as brand,
        coalesce(landed_currencies.source, converted_currencies.source) as source,
        coalesce(landed_currencies.account, converted_currencies.account) as account,
        'spend_' || coalesce(landed_currencies.currency, converted_currencies.currency, '') as quantity,
        coalesce(landed_currencies.landed, 0) as landed,
        coalesce(landed_currencies.rejected, 0) as rejected,
        coalesce(converted_currencies.staged, 0) as staged,
        coalesce(converted_currencies.published, 0) as published,
        coalesce(landed_currencies.landed, 0)
        - coalesce(landed_currencies.rejected, 0)
        - coalesce(converted_currencies.published, 0) as difference

    from landed_currencies
    full outer join converted_currencies
        on landed_currencies.brand = converted_currencies.brand
        and landed_currencies.source = converted_currencies.source
        and landed_currencies.account = converted_currencies.account
        and landed_currencies.currency = converted_currencies.currency

),

brand_spend as (

    select
        brand,
        coalesce(sum(spend), 0) as spend

    from converted_spend
    group by brand

),

performance_spend as (

    select
        brand,
        sum(spend) as spend

    from channel_performance
    -- Every slice holds all spend; one of them is counted here, a test counts the others.
    where date_basis = 'conversion'
        and attribution_model = 'last_touch'
    group by brand

),

performance as (

    select
        brand_spend.brand,
        'warehouse' as source,
        null as account,
        'channel_performance_spend' as quantity,
        null as landed,
        null as rejected,
        brand_spend.spend as staged,
        coalesce(performance_spend.spend, 0) as published,
        brand_spend.spend - coalesce(performance_spend.spend, 0) as difference

    from brand_spend
    left join performance_spend on brand_spend.brand = performance_spend.brand

),

unioned as (

    select * from spend
    union all
    select * from performance

)

select * from unioned
