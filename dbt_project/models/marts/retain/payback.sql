with

cohorts as (

    select * from {{ ref('customer_cohorts') }}

),

spend as (

    select * from {{ ref('int_spend__converted') }}

),

spent as (

    select
        brand,
        cast(date_trunc('month', spend_date) as date) as cohort_month,
        coalesce(channel, 'Paid Other') as channel,
        sum(spend) as spend

    from spend
    group by all

),

costed as (

    select
        cohorts.*,
        coalesce(spent.spend, 0) as spend,
        cast(coalesce(spent.spend, 0) as double) / cohorts.customer_count as cac

    from cohorts
    left join spent
        on cohorts.brand = spent.brand
        and cohorts.cohort_month = spent.cohort_month
        and cohorts.channel = spent.channel

),

paid_back as (

    select
        brand,
        cohort_month,
        channel,
        max(customer_count) as customer_count,
        cast(max(spend) as decimal(20, 6)) as spend,
        max(cac) as cac,
        max(age_months) as reached_age_months,
        cast(arg_max(cumulative_margin, age_months) as decimal(20, 6)) as margin_so_far,
        -- In the month of the sale itself the money came back within one month.
        min(case when cumulative_margin >= spend then age_months + 1 end) as payback_months,
        max(currency) as currency

    from costed
    group by all

)

select * from paid_back
