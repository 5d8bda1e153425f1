with

compared as (

    select * from {{ ref('self_reported_comparison') }}

),

counted as (

    select
        brand,
        cast({{ dbt.date_trunc('month', 'inquiry_date') }} as date) as month,
        tracked_channel,
        self_reported_channel,
        agreement,
        count(*) as inquiry_count

    from compared
    group by
        brand, cast({{ dbt.date_trunc('month', 'inquiry_date') }} as date), tracked_channel, self_reported_channel,
        agreement

),

shared as (

    select
        brand,
        month,
        tracked_channel,
        self_reported_channel,
        agreement,
        inquiry_count,
        cast(inquiry_count as double)
        / sum(inquiry_count) over (partition by brand, month, tracked_channel) as share_of_tracked

    from counted

)

select * from shared
