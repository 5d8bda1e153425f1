{# Products by channel, products by class and customers make what was sold and kept, to the last digit. #}

with

sold as (

    select
        brand,
        sum(revenue) as revenue,
        sum(margin) as margin,
        count(distinct person_id) as customer_count

    from {{ ref('sales') }}
    where not is_cancelled
    group by brand

),

by_channel as (

    select
        brand,
        sum(revenue) as revenue,
        sum(margin) as margin

    from {{ ref('channel_product_margin') }}
    group by brand

),

by_class as (

    select
        brand,
        sum(revenue) as revenue

    from {{ ref('product_abc') }}
    group by brand

),

by_demand as (

    select
        brand,
        sum(revenue) as revenue

    from {{ ref('demand_vs_offer') }}
    group by brand

),

by_customer as (

    select
        brand,
        sum(revenue) as revenue,
        count(*) as customer_count

    from {{ ref('customer_rfm') }}
    group by brand

)

select sold.brand

from sold
left join by_channel on sold.brand = by_channel.brand
left join by_class on sold.brand = by_class.brand
left join by_demand on sold.brand = by_demand.brand
left join by_customer on sold.brand = by_customer.brand
where coalesce(sold.revenue, 0) <> coalesce(by_channel.revenue, 0)
    or coalesce(sold.margin, 0) <> coalesce(by_channel.margin, 0)
    or coalesce(sold.revenue, 0) <> coalesce(by_class.revenue, 0)
    or coalesce(sold.revenue, 0) <> coalesce(by_demand.revenue, 0)
    or coalesce(sold.revenue, 0) <> coalesce(by_customer.revenue, 0)
    or sold.customer_count is distinct from by_customer.customer_count
