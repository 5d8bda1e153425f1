{# Leads counted are those credited, by day and channel, and those of the funnel, by month; money is that of sales. #}

with

leads as (

    select * from {{ ref('leads') }}

),

counted as (

    select
        'credit' as compared_with,
        brand,
        lead_date as date,
        channel,
        cast(count(*) as decimal(20, 6)) as counted

    from leads
    group by brand, lead_date, channel

    union all

    select
        'funnel' as compared_with,
        brand,
        cast(date_trunc('month', lead_date) as date) as date,
        first_inquiry_channel as channel,
        cast(count(*) as decimal(20, 6)) as counted

    from leads
    group by brand, cast(date_trunc('month', lead_date) as date), first_inquiry_channel

    union all

    select
        'sales' as compared_with,
        brand,
        cast(null as date) as date,
        cast(null as varchar) as channel,
        sum(revenue) as counted

    from leads
    group by brand

),

expected as (

    select
        'credit' as compared_with,
        brand,
        date,
        channel,
        cast(sum(lead_credit) as decimal(20, 6)) as expected

    from {{ ref('channel_days') }}
    group by brand, date, channel

    union all

    select
        'funnel' as compared_with,
        brand,
        cohort_month as date,
        channel,
        cast(sum(lead_count) as decimal(20, 6)) as expected

    from {{ ref('sales_funnel') }}
    group by brand, cohort_month, channel

    union all

    select
        'sales' as compared_with,
        brand,
        cast(null as date) as date,
        cast(null as varchar) as channel,
        sum(revenue) as expected

    from {{ ref('sales') }}
    where lead_id is not null
        and not is_cancelled
    group by brand

)

select
    coalesce(counted.compared_with, expected.compared_with) as compared_with,
    coalesce(counted.brand, expected.brand) as brand

from counted
full join expected
    on counted.compared_with = expected.compared_with
    and counted.brand = expected.brand
    and counted.date is not distinct from expected.date
    and counted.channel is not distinct from expected.channel
where coalesce(counted.counted, 0) <> coalesce(expected.expected, 0)
