with

items as (

    select * from {{ ref('int_sale_items__allocated') }}

),

-- This model gives the whole sale to one touch, so that a product is not cut up.
credited as (

    select * from {{ ref('attributed_sales') }}
    where attribution_model = 'last_non_direct'

),

summed as (

    select
        items.brand,
        cast(date_trunc('month', items.sale_date) as date) as month,
        credited.channel,
        items.product,
        count(*) as sale_count,
        cast(sum(items.quantity) as decimal(20, 6)) as quantity,
        cast(coalesce(sum(items.revenue), 0) as decimal(20, 6)) as revenue,
        cast(sum(items.margin) as decimal(20, 6)) as margin,
        cast(sum(items.margin) as double) / nullif(cast(sum(items.revenue) as double), 0) as margin_share,
        max(items.currency) as currency

    from items
    inner join credited on items.sale_id = credited.sale_id
    group by all

)

select * from summed
