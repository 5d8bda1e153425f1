with

items as (

    select * from {{ ref('int_sale_items__allocated') }}
    where not is_cancelled

),

settings as (

    select * from {{ ref('int_settings__chosen') }}

),

sold as (

    select
        brand,
        product,
        count(*) as sale_count,
        cast(coalesce(sum(revenue), 0) as decimal(20, 6)) as revenue,
        cast(sum(margin) as decimal(20, 6)) as margin,
        max(currency) as currency

    from items
    group by brand, product

),

shared as (

    select
        *,
        cast(margin as double) / nullif(cast(sum(margin) over (partition by brand) as double), 0) as margin_share,
        cast(
            sum(margin) over (partition by brand order by margin desc nulls last, product rows unbounded preceding)
            as double
        ) / nullif(cast(sum(margin) over (partition by brand) as double), 0) as cumulative_share

    from sold

),

-- The product with which the edge is crossed still belongs to the class.
classed as (

    select
        shared.brand,
        shared.product,
        shared.sale_count,
        shared.revenue,
        shared.margin,
        shared.currency,
        shared.margin_share,
        shared.cumulative_share,
        case
            -- Whose costs nobody knows may be the best of all.
            when shared.margin is null then null
            when shared.cumulative_share - shared.margin_share < settings.abc_a_percent / 100.0 then 'A'
            when shared.cumulative_share - shared.margin_share < settings.abc_b_percent / 100.0 then 'B'
            else 'C'
        end as abc_class

    from shared
    inner join settings on shared.brand = settings.brand

)

select * from classed
