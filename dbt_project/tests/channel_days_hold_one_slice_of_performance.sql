{# What may be added up is the slice of channel_performance that it says it is. #}

with

days as (

    select
        brand,
        channel,
        sum(spend) as spend,
        sum(visit_count) as visit_count,
        sum(inquiry_count) as inquiry_count,
        sum(valid_inquiry_count) as valid_inquiry_count,
        sum(cast(lead_credit as decimal(18, 6))) as lead_credit,
        sum(cast(sale_credit as decimal(18, 6))) as sale_credit,
        sum(revenue) as revenue,
        coalesce(sum(margin), 0) as margin

    from {{ ref('channel_days') }}
    group by brand, channel

),

slice as (

    select
        brand,
        channel,
        sum(spend) as spend,
        sum(visit_count) as visit_count,
        sum(inquiry_count) as inquiry_count,
        sum(valid_inquiry_count) as valid_inquiry_count,
        sum(cast(lead_credit as decimal(18, 6))) as lead_credit,
        sum(cast(sale_credit as decimal(18, 6))) as sale_credit,
        sum(revenue) as revenue,
        coalesce(sum(margin), 0) as margin

    from {{ ref('channel_performance') }}
    where attribution_model = 'last_non_direct'
        and date_basis = 'conversion'
    group by brand, channel

)

select coalesce(days.brand, slice.brand) as brand

from slice
full join days
    on slice.brand = days.brand
    and slice.channel = days.channel
where coalesce(days.spend, 0) <> coalesce(slice.spend, 0)
    or coalesce(days.visit_count, 0) <> coalesce(slice.visit_count, 0)
    or coalesce(days.inquiry_count, 0) <> coalesce(slice.inquiry_count, 0)
    or coalesce(days.valid_inquiry_count, 0) <> coalesce(slice.valid_inquiry_count, 0)
    or coalesce(days.lead_credit, 0) <> coalesce(slice.lead_credit, 0)
    or coalesce(days.sale_credit, 0) <> coalesce(slice.sale_credit, 0)
    or coalesce(days.revenue, 0) <> coalesce(slice.revenue, 0)
    or coalesce(days.margin, 0) <> coalesce(slice.margin, 0)
