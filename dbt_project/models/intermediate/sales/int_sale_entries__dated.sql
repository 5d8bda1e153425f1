{# What is added up by day: a sale counts on its own day, and is subtracted on the day on which it was cancelled. #}

{{ config(materialized = 'view') }}

with

sales as (

    select * from {{ ref('int_sales__built') }}

),

dated as (

    select
        sale_id,
        brand,
        sale_date as entry_date,
        1 as sale_count

    from sales

    union all

    select
        sale_id,
        brand,
        cancelled_date as entry_date,
        -1 as sale_count

    from sales
    where is_cancelled

)

select * from dated
