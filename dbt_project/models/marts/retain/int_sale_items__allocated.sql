{# What each sale consisted of. Items say how the sale divides; together they make the sale and nothing else. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

sales as (

    select * from {{ ref('int_sales__built') }}

),

items as (

    select * from {{ ref('deal_items__unioned') }}

),

joined as (

    select
        sales.sale_id,
        sales.brand,
        sales.person_id,
        sales.sale_date,
        sales.is_cancelled,
        sales.revenue as sale_revenue,
        sales.margin as sale_margin,
        sales.currency,
        coalesce(items.product, 'unknown') as product,
        coalesce(items.quantity, 1) as quantity,
        items.amount_original,
        items.margin_original,
        sum(items.amount_original) over (partition by sales.sale_id) as all_amount,
        sum(items.margin_original) over (partition by sales.sale_id) as all_margin,
        count(*) over (partition by sales.sale_id) as item_count,
        row_number() over (partition by sales.sale_id order by items.amount_original desc, items.product) as place

    from sales
    left join items on sales.deal_id = items.deal_id

),

shared as (

    select
        *,
        cast(round(
            cast(sale_revenue as double)
            * coalesce(cast(amount_original as double) / nullif(cast(all_amount as double), 0), 1.0 / item_count), 2
        ) as decimal(20, 6)) as rounded_revenue,
        cast(round(
            cast(sale_margin as double)
            * coalesce(
                cast(margin_original as double) / nullif(cast(all_margin as double), 0),
                cast(amount_original as double) / nullif(cast(all_amount as double), 0),
                1.0 / item_count
            ), 2
        ) as decimal(20, 6)) as rounded_margin

    from joined

),

-- What rounding lost or made goes to the dearest item.
allocated as (

    select
        sale_id,
        brand,
        person_id,
        sale_date,
        is_cancelled,
        product,
        quantity,
        cast(
            rounded_revenue
            + case when place = 1 then sale_revenue - sum(rounded_revenue) over (partition by sale_id) else 0 end
            as decimal(20, 6)
        ) as revenue,
        cast(
            rounded_margin
            + case when place = 1 then sale_margin - sum(rounded_margin) over (partition by sale_id) else 0 end
            as decimal(20, 6)
        ) as margin,
        currency

    from shared

)

select * from allocated
