with

leads as (

    select * from {{ ref('int_leads__built') }}

),

sales as (

    select * from {{ ref('int_sales__built') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

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
        qualified_at,
        opportunity_at,
        won_at as closed_at,
        false as is_cancelled

    from leads

),

-- The lead again, at the moment when it proved worth working on.
qualified_conversions as (

    select
        leads.lead_id || ':qualified' as conversion_id,
        'qualified_lead' as conversion_type,
        leads.brand,
        leads.person_id,
        leads.qualified_at as converted_at,
        cast({{ local_time('leads.qualified_at', 'brands.time_zone') }} as date) as conversion_date,
        leads.created_at as lead_at,
        leads.first_touchpoint_id as lead_touchpoint_id,
        leads.qualified_at,
        leads.opportunity_at,
        leads.won_at as closed_at,
        false as is_cancelled

    from leads
    inner join brands on leads.brand = brands.brand
    where leads.qualified_at is not null

),

sale_conversions as (

    select
        sales.sale_id as conversion_id,
        case when sales.is_first_sale then 'first_sale' else 'repeat_sale' end as conversion_type,
        sales.brand,
        sales.person_id,
        sales.sold_at as converted_at,
        sales.sale_date as conversion_date,
        leads.created_at as lead_at,
        leads.first_touchpoint_id as lead_touchpoint_id,
        sales.qualified_at,
        sales.opportunity_at,
        sales.sold_at as closed_at,
        sales.is_cancelled

    from sales
    left join leads on sales.lead_id = leads.lead_id

),

unioned as (

    select * from lead_conversions
    union all
    select * from qualified_conversions
    union all
    select * from sale_conversions

),

-- A number is joined and sorted by at a fraction of what the id costs, a short one at half of that; it holds for this
-- build alone.
numbered as (

    select
        *,
        cast({{ any_row_number() }} as integer) as conversion_number

    from unioned

)

select * from numbered
