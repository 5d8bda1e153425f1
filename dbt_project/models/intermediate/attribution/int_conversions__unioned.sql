with

leads as (

    select * from {{ ref('int_leads__built') }}

),

sales as (

    select * from {{ ref('int_sales__built') }}

),

lead_conversions as (

    select
        lead_id as conversion_id,
        'lead' as conversion_type,
        brand,
        person_id,
        created_at as converted_at,
        created_date as conversion_date,
        created_at as lead_at,
        first_touchpoint_id as lead_touchpoint_id,
        opportunity_at,
        won_at as closed_at

    from leads

),

sale_conversions as (

    select
        sales.sale_id as conversion_id,
        'sale' as conversion_type,
        sales.brand,
        sales.person_id,
        sales.sold_at as converted_at,
        sales.sale_date as conversion_date,
        leads.created_at as lead_at,
        leads.first_touchpoint_id as lead_touchpoint_id,
        sales.opportunity_at,
        sales.sold_at as closed_at

    from sales
    left join leads on sales.lead_id = leads.lead_id

),

unioned as (

    select * from lead_conversions
    union all
    select * from sale_conversions

)

select * from unioned
