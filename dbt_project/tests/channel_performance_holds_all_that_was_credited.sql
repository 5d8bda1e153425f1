{# Under each attribution model and on each date basis: the credit, the money, the visits and the inquiries of each
   brand are all in the one table that people add up. #}

with

attribution_models as (

    select * from {{ ref('int_attribution_models__listed') }}

),

date_bases as (

    select 'conversion' as date_basis
    union all
    select 'touch' as date_basis

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

leads as (

    select
        brand,
        attribution_model,
        sum(cast(credit as decimal(18, 12))) as credit,
        sum(case when is_qualified then cast(credit as decimal(18, 12)) else 0 end) as qualified_credit

    from {{ ref('attributed_leads') }}
    group by brand, attribution_model

),

sales as (

    select
        brand,
        attribution_model,
        sum(cast(credit as decimal(18, 12))) as credit,
        sum(case when is_first_sale then cast(credit as decimal(18, 12)) else 0 end) as first_credit,
        sum(revenue_credit) as revenue,
        sum(margin_credit) as margin

    from {{ ref('attributed_sales') }}
    where not is_cancelled
    group by brand, attribution_model

),

visits as (

    select
        brand,
        count(*) as visit_count

    from {{ ref('int_touchpoints__unioned') }}
    where touch_kind = 'visit'
    group by brand

),

inquiries as (

    select
        brand,
        count(*) as inquiry_count,
        count(case when is_valid then 1 end) as valid_inquiry_count

    from {{ ref('inquiries') }}
    group by brand

),

expected as (

    select
        brands.brand,
        attribution_models.attribution_model,
        date_bases.date_basis,
        coalesce(visits.visit_count, 0) as visit_count,
        coalesce(inquiries.inquiry_count, 0) as inquiry_count,
        coalesce(inquiries.valid_inquiry_count, 0) as valid_inquiry_count,
        coalesce(leads.credit, 0) as lead_credit,
        coalesce(leads.qualified_credit, 0) as qualified_lead_credit,
        coalesce(sales.credit, 0) as sale_credit,
        coalesce(sales.first_credit, 0) as first_sale_credit,
        coalesce(sales.revenue, 0) as revenue,
        coalesce(sales.margin, 0) as margin

    from brands
    cross join attribution_models
    cross join date_bases
    left join visits on brands.brand = visits.brand
    left join inquiries on brands.brand = inquiries.brand
    left join leads
        on brands.brand = leads.brand
        and attribution_models.attribution_model = leads.attribution_model
    left join sales
        on brands.brand = sales.brand
        and attribution_models.attribution_model = sales.attribution_model

),

published as (

    select
        brand,
        attribution_model,
        date_basis,
        sum(visit_count) as visit_count,
        sum(inquiry_count) as inquiry_count,
        sum(valid_inquiry_count) as valid_inquiry_count,
        sum(lead_credit) as lead_credit,
        sum(qualified_lead_credit) as qualified_lead_credit,
        sum(sale_credit) as sale_credit,
        sum(first_sale_credit) as first_sale_credit,
        sum(revenue) as revenue,
        sum(margin) as margin

    from {{ ref('channel_performance') }}
    group by brand, attribution_model, date_basis

),

compared as (

    select
        expected.brand,
        expected.attribution_model,
        expected.date_basis,
        coalesce(published.visit_count, 0) - expected.visit_count as visits_over,
        coalesce(published.inquiry_count, 0) - expected.inquiry_count as inquiries_over,
        coalesce(published.valid_inquiry_count, 0) - expected.valid_inquiry_count as valid_inquiries_over,
        coalesce(published.lead_credit, 0) - expected.lead_credit as leads_over,
        coalesce(published.qualified_lead_credit, 0) - expected.qualified_lead_credit as qualified_leads_over,
        coalesce(published.sale_credit, 0) - expected.sale_credit as sales_over,
        coalesce(published.first_sale_credit, 0) - expected.first_sale_credit as first_sales_over,
        coalesce(published.revenue, 0) - expected.revenue as revenue_over,
        coalesce(published.margin, 0) - expected.margin as margin_over

    from expected
    left join published
        on expected.brand = published.brand
        and expected.attribution_model = published.attribution_model
        and expected.date_basis = published.date_basis

)

select * from compared
where visits_over <> 0
    or inquiries_over <> 0
    or valid_inquiries_over <> 0
    or abs(leads_over) > 0.00001
    or abs(qualified_leads_over) > 0.00001
    or abs(sales_over) > 0.00001
    or abs(first_sales_over) > 0.00001
    or revenue_over <> 0
    or margin_over <> 0
