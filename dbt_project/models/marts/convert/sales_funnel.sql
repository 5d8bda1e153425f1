{# Visits, inquiries and leads by the month they began in, and how far those leads came since. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}
    where touch_kind = 'visit'

),

inquiries as (

    select * from {{ ref('inquiries') }}

),

leads as (

    select * from {{ ref('int_leads__channelled') }}

),

visited as (

    select
        brand,
        cast(date_trunc('month', touch_date) as date) as cohort_month,
        channel,
        count(*) as visit_count

    from touchpoints
    group by all

),

inquired as (

    select
        brand,
        cast(date_trunc('month', inquiry_date) as date) as cohort_month,
        channel,
        count(*) as inquiry_count,
        count(case when is_valid then 1 end) as valid_inquiry_count

    from inquiries
    group by all

),

led as (

    select
        brand,
        cohort_month,
        channel,
        count(*) as lead_count,
        count(case when has_deal then 1 end) as deal_count,
        count(case when is_qualified then 1 end) as qualified_count,
        count(case when is_won then 1 end) as sale_count,
        count(case when lost_at is not null then 1 end) as lost_count,
        {{ median_of("extract(epoch from first_deal_at - created_at) / 86400") }} as days_to_deal,
        {{ median_of("extract(epoch from qualified_at - first_deal_at) / 86400") }} as days_deal_to_qualified,
        {{ median_of("extract(epoch from won_at - qualified_at) / 86400") }} as days_qualified_to_sale

    from leads
    group by all

),

cells as (

    select brand, cohort_month, channel from visited
    union
    select brand, cohort_month, channel from inquired
    union
    select brand, cohort_month, channel from led

),

joined as (

    select
        cells.brand,
        cells.cohort_month,
        cells.channel,
        coalesce(visited.visit_count, 0) as visit_count,
        coalesce(inquired.inquiry_count, 0) as inquiry_count,
        coalesce(inquired.valid_inquiry_count, 0) as valid_inquiry_count,
        coalesce(led.lead_count, 0) as lead_count,
        coalesce(led.deal_count, 0) as deal_count,
        coalesce(led.qualified_count, 0) as qualified_count,
        coalesce(led.sale_count, 0) as sale_count,
        coalesce(led.lost_count, 0) as lost_count,
        cast(inquired.inquiry_count as double) / nullif(visited.visit_count, 0) as inquiry_share,
        cast(led.qualified_count as double) / nullif(led.lead_count, 0) as qualified_share,
        cast(led.sale_count as double) / nullif(led.lead_count, 0) as sale_share,
        led.days_to_deal,
        led.days_deal_to_qualified,
        led.days_qualified_to_sale

    from cells
    left join visited
        on cells.brand = visited.brand
        and cells.cohort_month = visited.cohort_month
        and cells.channel = visited.channel
    left join inquired
        on cells.brand = inquired.brand
        and cells.cohort_month = inquired.cohort_month
        and cells.channel = inquired.channel
    left join led
        on cells.brand = led.brand
        and cells.cohort_month = led.cohort_month
        and cells.channel = led.channel

)

select * from joined
