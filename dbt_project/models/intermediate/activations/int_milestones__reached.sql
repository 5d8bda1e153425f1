{# Every moment that an ad platform may be told of: the inquiry, the lead, and what became of it. #}

with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

leads as (

    select * from {{ ref('int_leads__built') }}

),

sales as (

    select * from {{ ref('int_sales__built') }}

),

spam_reasons as (

    select * from {{ ref('stg_rules__lost_reasons') }}
    where refusal = 'spam'

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

marks as (

    select
        brand,
        person_id,
        bool_and(is_spam) as is_spam,
        bool_or(is_employee) as is_employee

    from inquiries
    group by brand, person_id

),

inquiry_milestones as (

    select
        brand,
        'inquiry' as milestone,
        inquiry_id as conversion_id,
        person_id,
        occurred_at as happened_at,
        cast(null as decimal(20, 6)) as revenue,
        cast(null as decimal(20, 6)) as margin,
        cast(null as timestamp) as cancelled_at,
        is_spam,
        is_employee,
        is_duplicate

    from inquiries

),

-- A deal that the CRM lost as spam was nobody's need.
lost_as_spam as (

    select distinct
        leads.brand,
        leads.lead_id

    from leads
    inner join spam_reasons
        on {{ matches_fully('lower(leads.lost_reason)', 'spam_reasons.reason_pattern') }}

),

lead_milestones as (

    {%- for milestone, column in [
        ('lead', 'created_at'), ('qualified', 'qualified_at'), ('opportunity', 'opportunity_at')
    ] %}
    select
        leads.brand,
        '{{ milestone }}' as milestone,
        leads.lead_id as conversion_id,
        leads.person_id,
        leads.{{ column }} as happened_at,
        cast(null as decimal(20, 6)) as revenue,
        cast(null as decimal(20, 6)) as margin,
        cast(null as timestamp) as cancelled_at,
        coalesce(marks.is_spam, false) or lost_as_spam.lead_id is not null as is_spam,
        coalesce(marks.is_employee, false) as is_employee,
        false as is_duplicate

    from leads
    left join marks
        on leads.brand = marks.brand
        and leads.person_id = marks.person_id
    left join lost_as_spam
        on leads.brand = lost_as_spam.brand
        and leads.lead_id = lost_as_spam.lead_id
    where leads.{{ column }} is not null
    {%- if not loop.last %}

    union all

    {%- endif %}
    {%- endfor %}

),

-- What was given back of a sale was not sold.
sale_milestones as (

    select
        sales.brand,
        'sale' as milestone,
        sales.sale_id as conversion_id,
        sales.person_id,
        sales.sold_at as happened_at,
        cast(
            case
                when not sales.is_rate_missing then sales.revenue - coalesce(sales.revenue_returned, 0)
            end as decimal(20, 6)
        ) as revenue,
        cast(case when not sales.is_rate_missing then sales.margin end as decimal(20, 6)) as margin,
        sales.cancelled_at,
        coalesce(marks.is_spam, false) as is_spam,
        coalesce(marks.is_employee, false) as is_employee,
        false as is_duplicate

    from sales
    left join marks
        on sales.brand = marks.brand
        and sales.person_id = marks.person_id

),

unioned as (

    select * from inquiry_milestones
    union all
    select * from lead_milestones
    union all
    select * from sale_milestones

),

reached as (

    select
        unioned.*,
        brands.currency

    from unioned
    inner join brands on unioned.brand = brands.brand

)

select * from reached
