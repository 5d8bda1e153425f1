{# A plan without results and results without a plan both stay. #}

with

plan as (

    select * from {{ ref('plan__unioned') }}

),

measured as (

    select * from {{ ref('int_channel_months__measured') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

working_days as (

    select * from {{ ref('int_working_days__numbered') }}

),

-- A month's plan is converted at the rate of its first day; a month to come at the newest there is.
converted as (

    select
        plan.brand,
        plan.month,
        plan.channel,
        {{ converted_money('plan.spend', 'coalesce(plan.currency, brands.currency)', 'brands.currency',
            'own_rates', 'brand_rates') }} as planned_spend,
        plan.inquiries as planned_inquiries,
        plan.leads as planned_leads,
        plan.sales as planned_sales,
        {{ converted_money('plan.revenue', 'coalesce(plan.currency, brands.currency)', 'brands.currency',
            'own_rates', 'brand_rates') }} as planned_revenue

    from plan
    inner join brands on plan.brand = brands.brand
    left join rates as own_rates
        on plan.currency = own_rates.currency
        and least(plan.month, {{ as_of_day() }}) = own_rates.rate_date
    left join rates as brand_rates
        on brands.currency = brand_rates.currency
        and least(plan.month, {{ as_of_day() }}) = brand_rates.rate_date

),

-- Two accounts may plan parts of one channel's month.
planned as (

    select
        brand,
        month,
        channel,
        sum(planned_spend) as planned_spend,
        sum(planned_inquiries) as planned_inquiries,
        sum(planned_leads) as planned_leads,
        sum(planned_sales) as planned_sales,
        sum(planned_revenue) as planned_revenue

    from converted
    group by brand, month, channel

),

happened as (

    select
        brand,
        month,
        channel,
        sum(spend) as spend,
        sum(valid_inquiry_count) as inquiries,
        sum(lead_count) as leads,
        sum(sale_count) as sales,
        sum(revenue) as revenue

    from measured
    group by brand, month, channel

),

cells as (

    select brand, month, channel from planned
    union
    select brand, month, channel from happened

),

paces as (

    select
        brand,
        cast(date_trunc('month', working_day) as date) as month,
        count(case when is_working_day then 1 end) as working_day_count,
        count(case when is_working_day and working_day <= {{ as_of_day() }} then 1 end) as working_days_passed

    from working_days
    group by all

),

compared as (

    select
        cells.brand,
        cells.month,
        cells.channel,
        brands.currency,
        cast(planned.planned_spend as decimal(20, 6)) as planned_spend,
        cast(coalesce(happened.spend, 0) as decimal(20, 6)) as spend,
        cast(planned.planned_inquiries as double) as planned_inquiries,
        cast(coalesce(happened.inquiries, 0) as double) as inquiries,
        cast(planned.planned_leads as double) as planned_leads,
        cast(coalesce(happened.leads, 0) as double) as leads,
        cast(planned.planned_sales as double) as planned_sales,
        cast(coalesce(happened.sales, 0) as double) as sales,
        cast(planned.planned_revenue as decimal(20, 6)) as planned_revenue,
        cast(coalesce(happened.revenue, 0) as decimal(20, 6)) as revenue,
        paces.working_day_count,
        paces.working_days_passed,
        -- A month that is over ended as it did, also one before the first inquiry.
        case
            when cells.month + interval 1 month <= {{ as_of_day() }} + interval 1 day then 1.0
            else cast(paces.working_day_count as double) / nullif(paces.working_days_passed, 0)
        end as pace

    from cells
    inner join brands on cells.brand = brands.brand
    left join planned
        on cells.brand = planned.brand
        and cells.month = planned.month
        and cells.channel = planned.channel
    left join happened
        on cells.brand = happened.brand
        and cells.month = happened.month
        and cells.channel = happened.channel
    left join paces
        on cells.brand = paces.brand
        and cells.month = paces.month

),

paced as (

    select
        brand,
        month,
        channel,
        currency,
        planned_spend,
        spend,
        planned_inquiries,
        inquiries,
        planned_leads,
        leads,
        planned_sales,
        sales,
        planned_revenue,
        revenue,
        working_day_count,
        working_days_passed,
        cast(spend as double) * pace as paced_spend,
        inquiries * pace as paced_inquiries,
        sales * pace as paced_sales

    from compared

)

select * from paced
