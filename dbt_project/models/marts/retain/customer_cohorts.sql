with

customers as (

    select * from {{ ref('int_customers__acquired') }}

),

sales as (

    select * from {{ ref('sales') }}

),

entries as (

    select * from {{ ref('int_sale_entries__dated') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

cohorts as (

    select
        brand,
        cohort_month,
        channel,
        count(*) as customer_count

    from customers
    group by all

),

bought as (

    select
        customers.brand,
        customers.cohort_month,
        customers.channel,
        customers.person_id,
        {{ dbt.datediff('customers.cohort_month', 'entries.entry_date', 'month') }} as age_months,
        sales.sale_id <> customers.first_sale_id as is_repeat,
        sales.is_cancelled,
        entries.sale_count,
        {{ entry_part('sales.revenue') }} as revenue,
        {{ entry_part('sales.margin') }} as margin

    from customers
    inner join sales
        on customers.brand = sales.brand
        and customers.person_id = sales.person_id
        and customers.first_sale_date <= sales.sale_date
    inner join entries on sales.sale_id = entries.sale_id

),

months as (

    select distinct cohort_month
    from cohorts

),

-- An age is reached when its month is over for everybody of the cohort.
calendar as (

    select
        cohort_month,
        {{ days_between('cohort_month', as_of_day()) }} as age_day

    from months

),

ages as (

    select
        cohort_month,
        cast({{ dbt.datediff('cohort_month', 'age_day', 'month') }} as integer) as age_months

    from calendar
    where age_day = cast(date_trunc('month', age_day) + interval 1 month - interval 1 day as date)

),

by_age as (

    select
        brand,
        cohort_month,
        channel,
        age_months,
        sum(case when is_repeat then sale_count end) as repeat_sale_count,
        sum(revenue) as revenue,
        sum(margin) as margin

    from bought
    group by all

),

first_repeats as (

    select
        brand,
        cohort_month,
        channel,
        person_id,
        min(age_months) as age_months

    from bought
    where is_repeat
        and not is_cancelled
    group by all

),

repeated as (

    select
        brand,
        cohort_month,
        channel,
        age_months,
        count(*) as repeat_customer_count

    from first_repeats
    group by all

),

grown as (

    select
        cohorts.brand,
        cohorts.cohort_month,
        cohorts.channel,
        ages.age_months,
        cohorts.customer_count,
        sum(coalesce(repeated.repeat_customer_count, 0)) over aged as repeat_customer_count,
        sum(coalesce(by_age.repeat_sale_count, 0)) over aged as repeat_sale_count,
        sum(coalesce(by_age.revenue, 0)) over aged as cumulative_revenue,
        sum(coalesce(by_age.margin, 0)) over aged as cumulative_margin

    from cohorts
    inner join ages on cohorts.cohort_month = ages.cohort_month
    left join by_age
        on cohorts.brand = by_age.brand
        and cohorts.cohort_month = by_age.cohort_month
        and cohorts.channel = by_age.channel
        and ages.age_months = by_age.age_months
    left join repeated
        on cohorts.brand = repeated.brand
        and cohorts.cohort_month = repeated.cohort_month
        and cohorts.channel = repeated.channel
        and ages.age_months = repeated.age_months
    window aged as (
        partition by cohorts.brand, cohorts.cohort_month, cohorts.channel order by ages.age_months
    )

),

published as (

    select
        grown.brand,
        grown.cohort_month,
        grown.channel,
        grown.age_months,
        cast(grown.customer_count as bigint) as customer_count,
        cast(grown.repeat_customer_count as bigint) as repeat_customer_count,
        cast(grown.repeat_sale_count as bigint) as repeat_sale_count,
        cast(grown.repeat_customer_count as double) / grown.customer_count as repeat_share,
        cast(grown.cumulative_revenue as decimal(20, 6)) as cumulative_revenue,
        cast(grown.cumulative_margin as decimal(20, 6)) as cumulative_margin,
        cast(grown.cumulative_margin as double) / grown.customer_count as margin_per_customer,
        brands.currency

    from grown
    inner join brands on grown.brand = brands.brand

)

select * from published
