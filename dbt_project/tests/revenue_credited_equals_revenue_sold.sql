{# The parts of each sale under each attribution model make its revenue and its margin, to the last digit. #}

with

attribution_models as (

    select * from {{ ref('int_attribution_models__listed') }}

),

sales as (

    select * from {{ ref('sales') }}

),

credited as (

    select
        sale_id,
        attribution_model,
        sum(revenue_credit) as revenue_credit,
        sum(margin_credit) as margin_credit

    from {{ ref('attributed_sales') }}
    group by sale_id, attribution_model

),

compared as (

    select
        sales.brand,
        sales.sale_id,
        attribution_models.attribution_model,
        sales.revenue,
        credited.revenue_credit,
        sales.margin,
        credited.margin_credit

    from sales
    cross join attribution_models
    left join credited
        on sales.sale_id = credited.sale_id
        and attribution_models.attribution_model = credited.attribution_model

)

select * from compared
where coalesce(revenue, 0) <> coalesce(revenue_credit, 0)
    or coalesce(margin, 0) <> coalesce(margin_credit, 0)
