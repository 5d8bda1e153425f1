{# What has come of each month's touches is what channel_performance credits by touch date, less what has no touch. #}

with

published as (

    select
        brand,
        month,
        channel,
        attribution_model,
        coalesce(sum(case when conversion_type = 'lead' then credit end), 0) as lead_credit,
        coalesce(sum(case when conversion_type = 'sale' then credit end), 0) as sale_credit

    from {{ ref('cohort_maturity') }}
    group by brand, month, channel, attribution_model

),

credited as (

    select
        brand,
        cast(date_trunc('month', date) as date) as month,
        channel,
        attribution_model,
        sum(lead_credit) as lead_credit,
        sum(sale_credit) as sale_credit

    from {{ ref('channel_performance') }}
    where date_basis = 'touch'
        and channel <> 'unattributed'
    group by brand, cast(date_trunc('month', date) as date), channel, attribution_model

),

compared as (

    select
        coalesce(published.brand, credited.brand) as brand,
        coalesce(published.attribution_model, credited.attribution_model) as attribution_model,
        coalesce(published.lead_credit, 0) - coalesce(credited.lead_credit, 0) as leads_over,
        coalesce(published.sale_credit, 0) - coalesce(credited.sale_credit, 0) as sales_over

    from published
    full outer join credited
        on published.brand = credited.brand
        and published.month = credited.month
        and published.channel = credited.channel
        and published.attribution_model = credited.attribution_model

)

select * from compared
where abs(leads_over) > 0.000005
    or abs(sales_over) > 0.000005
