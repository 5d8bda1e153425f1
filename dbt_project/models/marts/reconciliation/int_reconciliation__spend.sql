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

-- Which rows have no rate, to be looked for.
without_rate as (

    select
        brand,
        source,
        account,
        currency_original as currency,
        count(*) as row_count,
        min(spend_date) as first_date,
        max(spend_date) as last_date

    from converted_spend
    where is_rate_missing
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
        - coalesce(converted_currencies.published, 0) as difference,
        cast(without_rate.row_count as varchar) || ' rows from ' || cast(without_rate.first_date as varchar) || ' to '
        || cast(without_rate.last_date as varchar) as detail

    from landed_currencies
    full outer join converted_currencies
        on landed_currencies.brand = converted_currencies.brand
        and landed_currencies.source = converted_currencies.source
        and landed_currencies.account = converted_currencies.account
        and landed_currencies.currency = converted_currencies.currency
    left join without_rate
        on converted_currencies.brand = without_rate.brand
        and converted_currencies.source = without_rate.source
        and converted_currencies.account = without_rate.account
        and converted_currencies.currency = without_rate.currency

),

-- What a platform gave back is spend of its own day, below zero.
credits as (

    select
        brand,
        source,
        account,
        'spend_credit_' || currency_original as quantity,
        cast(null as decimal(20, 6)) as landed,
        cast(null as decimal(20, 6)) as rejected,
        sum(spend_original) as staged,
        sum(case when spend is not null then spend_original else 0 end) as published,
        sum(case when spend is null then spend_original else 0 end) as difference,
        cast(count(*) as varchar) || ' rows, the last of ' || cast(max(spend_date) as varchar) || ' in '
        || max({{ without_contacts("coalesce(campaign_name, campaign_id, platform)") }}) as detail

    from converted_spend
    where spend_original < 0
    group by brand, source, account, currency_original

),

-- What counts in another account that reads the same customer.
read_twice as (

    select
        brand,
        'google_ads' as source,
        account,
        'spend_read_twice' as quantity,
        cast(null as decimal(20, 6)) as landed,
        cast(null as decimal(20, 6)) as rejected,
        sum(spend_original) as staged,
        cast(0 as decimal(20, 6)) as published,
        sum(spend_original) as difference,
        'customer ' || max(customer_id) || ', ' || cast(count(distinct spend_date) as varchar) || ' days until '
        || cast(max(spend_date) as varchar) || ', in account ' || max(kept_account) as detail

    from {{ ref('int_spend__read_twice') }}
    group by brand, account

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
        brand_spend.spend - coalesce(performance_spend.spend, 0) as difference,
        cast(null as varchar) as detail

    from brand_spend
    left join performance_spend on brand_spend.brand = performance_spend.brand

),

unioned as (

    select * from spend
    union all
    select * from credits
    union all
    select * from read_twice
    union all
    select * from performance

)

select * from unioned
