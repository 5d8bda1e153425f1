{{ config(materialized = 'ephemeral', access = 'private') }}

with

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

attribution_models as (

    select * from {{ ref('int_attribution_models__listed') }}

),

sales as (

    select * from {{ ref('sales') }}

),

attributed_leads as (

    select * from {{ ref('attributed_leads') }}

),

attributed_sales as (

    select * from {{ ref('attributed_sales') }}

),

brand_conversions as (

    select
        brand,
        case when conversion_type = 'lead' then 'lead' else 'sale' end as conversion_type,
        count(*) as conversion_count

    from conversions
    where conversion_type <> 'qualified_lead'
    group by brand, case when conversion_type = 'lead' then 'lead' else 'sale' end

),

credit_sums as (

    select
        brand,
        'lead' as conversion_type,
        attribution_model,
        sum(cast(credit as decimal(18, 12))) as credit

    from attributed_leads
    group by brand, attribution_model

    union all

    select
        brand,
        'sale' as conversion_type,
        attribution_model,
        sum(cast(credit as decimal(18, 12))) as credit

    from attributed_sales
    group by brand, attribution_model

),

credit as (

    select
        brand_conversions.brand,
        'warehouse' as source,
        null as account,
        brand_conversions.conversion_type || '_credit_' || attribution_models.attribution_model as quantity,
        null as landed,
        null as rejected,
        brand_conversions.conversion_count as staged,
        -- Thirds don't add up to the last digit.
        round(coalesce(credit_sums.credit, 0), 6) as published,
        brand_conversions.conversion_count - round(coalesce(credit_sums.credit, 0), 6) as difference

    from brand_conversions
    cross join attribution_models
    left join credit_sums
        on brand_conversions.brand = credit_sums.brand
        and brand_conversions.conversion_type = credit_sums.conversion_type
        and attribution_models.attribution_model = credit_sums.attribution_model

),

brand_revenue as (

    select
        brand,
        coalesce(sum(revenue), 0) as revenue

    from sales
    group by brand

),

credited_revenue as (

    select
        brand,
        attribution_model,
        coalesce(sum(revenue_credit), 0) as revenue

    from attributed_sales
    group by brand, attribution_model

),

revenue_credit as (

    select
        brand_revenue.brand,
        'warehouse' as source,
        null as account,
        'revenue_credit_' || attribution_models.attribution_model as quantity,
        null as landed,
        null as rejected,
        brand_revenue.revenue as staged,
        coalesce(credited_revenue.revenue, 0) as published,
        brand_revenue.revenue - coalesce(credited_revenue.revenue, 0) as difference

    from brand_revenue
    cross join attribution_models
    left join credited_revenue
        on brand_revenue.brand = credited_revenue.brand
        and attribution_models.attribution_model = credited_revenue.attribution_model

),

unioned as (

    select * from credit
    union all
    select * from revenue_credit

)

select * from unioned
