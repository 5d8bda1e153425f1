{{ config(materialized = 'ephemeral', access = 'private') }}

with

deals as (

    select * from {{ ref('deals__unioned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

built_sales as (

    select * from {{ ref('int_sales__built') }}

),

sales as (

    select * from {{ ref('sales') }}

),

staged_revenue as (

    select
        brand,
        source,
        account,
        currency,
        count(*) as sale_count,
        sum(revenue) as revenue

    from built_sales
    group by brand, source, account, currency

),

published_revenue as (

    select
        brand,
        source,
        account,
        currency,
        count(*) as sale_count,
        sum(revenue) as revenue

    from sales
    group by brand, source, account, currency

),

sale_sums as (

    select
        staged_revenue.brand,
        staged_revenue.source,
        staged_revenue.account,
        staged_revenue.currency,
        staged_revenue.sale_count as staged_sales,
        coalesce(staged_revenue.revenue, 0) as staged_revenue,
        coalesce(published_revenue.sale_count, 0) as published_sales,
        coalesce(published_revenue.revenue, 0) as published_revenue

    from staged_revenue
    left join published_revenue
        on staged_revenue.brand = published_revenue.brand
        and staged_revenue.source = published_revenue.source
        and staged_revenue.account = published_revenue.account
        and staged_revenue.currency = published_revenue.currency

),

sale_counts as (

    select
        brand,
        source,
        account,
        'sales' as quantity,
        null as landed,
        null as rejected,
        sum(staged_sales) as staged,
        sum(published_sales) as published,
        sum(staged_sales) - sum(published_sales) as difference

    from sale_sums
    group by brand, source, account

),

revenue as (

    select
        brand,
        source,
        account,
        'revenue_' || currency as quantity,
        null as landed,
        null as rejected,
        staged_revenue as staged,
        published_revenue as published,
        staged_revenue - published_revenue as difference

    from sale_sums

),

-- Sold, and worth something that nobody can say in the brand's currency.
without_rate as (

    select
        brand,
        source,
        account,
        'revenue_without_rate_' || currency_original as quantity,
        null as landed,
        null as rejected,
        sum(revenue_original) as staged,
        0 as published,
        sum(revenue_original) as difference,
        cast(count(*) as varchar) || ' sales, the last of ' || cast(max(sale_date) as varchar) || ', deal '
        || arg_max(source_deal_id, row(sold_at, source_deal_id)) as detail

    from built_sales
    where is_rate_missing
    group by brand, source, account, currency_original

),

-- A deal won below zero is a credit note and no sale.
credit_notes as (

    select
        deals.brand,
        deals.source,
        deals.account,
        'credit_notes_' || coalesce(deals.currency, brands.currency) as quantity,
        null as landed,
        null as rejected,
        sum(deals.amount_original) as staged,
        0 as published,
        sum(deals.amount_original) as difference,
        cast(count(*) as varchar) || ' deals, the last won on ' || cast(max(cast(deals.won_at as date)) as varchar)
        || ', deal ' || arg_max(deals.source_deal_id, row(deals.won_at, deals.source_deal_id)) as detail

    from deals
    inner join brands on deals.brand = brands.brand
    where deals.won_at is not null
        and deals.amount_original < 0
    group by deals.brand, deals.source, deals.account, coalesce(deals.currency, brands.currency)

),

unioned as (

    select *, cast(null as varchar) as detail from sale_counts
    union all
    select *, cast(null as varchar) as detail from revenue
    union all
    select * from without_rate
    union all
    select * from credit_notes

)

select * from unioned
