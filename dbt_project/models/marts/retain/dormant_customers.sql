with

customers as (

    select * from {{ ref('customer_rfm') }}
    where segment in ('win back', 'dormant')

),

items as (

    select * from {{ ref('int_sale_items__allocated') }}
    where not is_cancelled

),

last_bought as (

    select
        items.brand,
        items.person_id,
        {{ dbt.listagg('items.product', "', '", 'order by items.product') }} as last_products

    from items
    inner join customers
        on items.brand = customers.brand
        and items.person_id = customers.person_id
        and items.sale_date = customers.last_sale_date
    group by items.brand, items.person_id

),

published as (

    select
        customers.brand,
        customers.person_id,
        customers.channel,
        customers.last_sale_date,
        customers.recency_days as quiet_days,
        last_bought.last_products,
        customers.sale_count,
        customers.revenue,
        customers.margin,
        customers.currency,
        customers.segment

    from customers
    left join last_bought
        on customers.brand = last_bought.brand
        and customers.person_id = last_bought.person_id

)

select * from published
