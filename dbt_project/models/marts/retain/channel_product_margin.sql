with

items as (

    select * from {{ ref('int_sale_items__allocated') }}

),

entries as (

    select * from {{ ref('int_sale_entries__dated') }}

),

-- This model gives the whole sale to one touch, so that a product is not cut up.
credited as (

    select * from {{ ref('attributed_sales') }}
    where attribution_model = 'last_non_direct'

),

summed as (

    select
        items.brand,
        cast(date_trunc('month', entries.entry_date) as date) as month,
        credited.channel,
        items.product,
        cast(sum(entries.sale_count) as bigint) as sale_count,
        cast(sum(entries.sale_count * items.quantity) as decimal(20, 6)) as quantity,
        cast(coalesce(sum({{ entry_part('items.revenue') }}), 0) as decimal(20, 6)) as revenue,
        cast(sum({{ entry_part('items.margin') }}) as decimal(20, 6)) as margin,
        cast(sum({{ entry_part('items.margin') }}) as double)
        / case
            when sum({{ entry_part('items.revenue') }}) > 0
                then cast(sum({{ entry_part('items.revenue') }}) as double)
        end as margin_share,
        max(items.currency) as currency

    from items
    inner join entries on items.sale_id = entries.sale_id
    inner join credited on items.sale_id = credited.sale_id
    group by all

)

select * from summed
