with

items as (

    select * from {{ ref('int_sale_items__allocated') }}
    where not is_cancelled

),

sold as (

    select
        brand,
        product,
        count(*) as sale_count

    from items
    group by brand, product

),

pairs as (

    select
        items.brand,
        items.product,
        others.product as attached_product,
        count(*) as together_count,
        cast(coalesce(sum(others.margin), 0) as decimal(20, 6)) as attached_margin,
        max(items.currency) as currency

    from items
    inner join items as others
        on items.sale_id = others.sale_id
        and items.product <> others.product
    group by all

),

rated as (

    select
        pairs.brand,
        pairs.product,
        pairs.attached_product,
        sold.sale_count,
        pairs.together_count,
        cast(pairs.together_count as double) / sold.sale_count as attach_share,
        pairs.attached_margin,
        pairs.currency

    from pairs
    inner join sold
        on pairs.brand = sold.brand
        and pairs.product = sold.product

)

select * from rated
