{{ config(materialized = 'ephemeral', access = 'private') }}

with

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

unioned as (

    select * from sale_counts
    union all
    select * from revenue

)

select * from unioned
