{# What was asked for, what was bought, and what was refused, each in the month in which it happened. #}

with

inquiries as (

    select * from {{ ref('inquiries') }}
    where is_valid

),

items as (

    select * from {{ ref('int_sale_items__allocated') }}

),

entries as (

    select * from {{ ref('int_sale_entries__dated') }}

),

deals as (

    select * from {{ ref('deals__unioned') }}
    where lost_at is not null
        and won_at is null

),

deal_items as (

    select * from {{ ref('deal_items__unioned') }}

),

lost_reasons as (

    select * from {{ ref('stg_rules__lost_reasons') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

reasons as (

    select distinct lost_reason
    from deals
    where lost_reason is not null

),

-- The first pattern in alphabetical order, where several fit.
read_reasons as (

    select
        reasons.lost_reason,
        min(lost_reasons.refusal) as refusal

    from reasons
    inner join lost_reasons
        on {{ matches_fully('lower(reasons.lost_reason)', 'lost_reasons.reason_pattern') }}
    group by reasons.lost_reason

),

-- A deal is refused for its dearest product.
lost_products as (

    select
        deal_id,
        product

    from deal_items
    qualify row_number() over (partition by deal_id order by amount_original desc, product) = 1

),

asked as (

    select
        brand,
        cast(date_trunc('month', inquiry_date) as date) as month,
        coalesce(product, 'unknown') as product,
        count(*) as asked_count,
        0 as sold_count,
        0 as revenue,
        0 as margin,
        0 as lost_count,
        0 as not_offered_count,
        0 as not_in_stock_count,
        0 as price_count

    from inquiries
    group by all

),

sold as (

    select
        items.brand,
        cast(date_trunc('month', entries.entry_date) as date) as month,
        items.product,
        0 as asked_count,
        sum(entries.sale_count) as sold_count,
        sum({{ entry_part('items.revenue') }}) as revenue,
        sum({{ entry_part('items.margin') }}) as margin,
        0 as lost_count,
        0 as not_offered_count,
        0 as not_in_stock_count,
        0 as price_count

    from items
    inner join entries on items.sale_id = entries.sale_id
    group by all

),

refused as (

    select
        deals.brand,
        cast(date_trunc('month', {{ local_time('deals.lost_at', 'brands.time_zone') }}) as date) as month,
        coalesce(lost_products.product, 'unknown') as product,
        0 as asked_count,
        0 as sold_count,
        0 as revenue,
        0 as margin,
        count(*) as lost_count,
        count(case when read_reasons.refusal = 'not_offered' then 1 end) as not_offered_count,
        count(case when read_reasons.refusal = 'not_in_stock' then 1 end) as not_in_stock_count,
        count(case when read_reasons.refusal = 'price' then 1 end) as price_count

    from deals
    inner join brands on deals.brand = brands.brand
    left join lost_products on deals.deal_id = lost_products.deal_id
    left join read_reasons on deals.lost_reason = read_reasons.lost_reason
    group by all

),

unioned as (

    select * from asked
    union all
    select * from sold
    union all
    select * from refused

),

totalled as (

    select
        unioned.brand,
        unioned.month,
        unioned.product,
        cast(sum(unioned.asked_count) as bigint) as asked_count,
        cast(sum(unioned.sold_count) as bigint) as sold_count,
        cast(sum(unioned.lost_count) as bigint) as lost_count,
        cast(sum(unioned.not_offered_count) as bigint) as not_offered_count,
        cast(sum(unioned.not_in_stock_count) as bigint) as not_in_stock_count,
        cast(sum(unioned.price_count) as bigint) as price_count,
        cast(coalesce(sum(unioned.revenue), 0) as decimal(20, 6)) as revenue,
        cast(coalesce(sum(unioned.margin), 0) as decimal(20, 6)) as margin,
        max(brands.currency) as currency

    from unioned
    inner join brands on unioned.brand = brands.brand
    group by unioned.brand, unioned.month, unioned.product

)

select * from totalled
