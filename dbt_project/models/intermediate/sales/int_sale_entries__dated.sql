{# What is added up by day: a sale counts on its own day, and is subtracted on the day on which it was cancelled. What was
   given back of it in part is subtracted on the day on which it was. #}

{{ config(materialized = 'view') }}

with

sales as (

    select * from {{ ref('int_sales__built') }}

),

returns as (

    select * from {{ ref('deal_returns__unioned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

-- As a part of the sale's revenue, which is what was kept of it, or all of it where it was cancelled.
returned as (

    select
        sales.sale_id,
        sales.brand,
        sales.sale_date,
        sales.cancelled_date,
        greatest(
            cast({{ local_time('returns.returned_at', 'brands.time_zone') }} as date), sales.sale_date
        ) as returned_date,
        cast(
            cast(returns.amount_original as double) / cast(sales.revenue_original as double) as decimal(18, 12)
        ) as revenue_share

    from sales
    inner join returns on sales.deal_id = returns.deal_id
    inner join brands on sales.brand = brands.brand
    where sales.revenue_original > 0

),

dated as (

    select
        sale_id,
        brand,
        sale_date as entry_date,
        1 as sale_count,
        cast(1 as decimal(18, 12)) as revenue_share

    from sales

    union all

    select
        sale_id,
        brand,
        cancelled_date as entry_date,
        -1 as sale_count,
        cast(-1 as decimal(18, 12)) as revenue_share

    from sales
    where is_cancelled

    union all

    -- What was given back later was sold on the sale's day; what was given back before the rest is gone from the rest.
    select
        sale_id,
        brand,
        coalesce(cancelled_date, sale_date) as entry_date,
        0 as sale_count,
        revenue_share

    from returned
    where returned_date <> coalesce(cancelled_date, sale_date)

    union all

    select
        sale_id,
        brand,
        returned_date as entry_date,
        0 as sale_count,
        -revenue_share as revenue_share

    from returned
    where returned_date <> coalesce(cancelled_date, sale_date)

)

select * from dated
