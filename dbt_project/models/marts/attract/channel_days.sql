{# One slice of channel_performance, in which every column may be added up. #}

with

slice as (

    select * from {{ ref('channel_performance') }}
    where attribution_model = 'last_non_direct'
        and date_basis = 'conversion'

),

days as (

    select
        brand,
        date,
        channel,
        platform,
        campaign_id,
        campaign_name,
        spend,
        impressions,
        clicks,
        visit_count,
        inquiry_count,
        valid_inquiry_count,
        lead_credit,
        qualified_lead_credit,
        sale_credit,
        first_sale_credit,
        revenue,
        margin,
        currency

    from slice
    -- What stands on other days or under other models leaves empty days behind.
    where spend <> 0
        or impressions <> 0
        or clicks <> 0
        or visit_count <> 0
        or inquiry_count <> 0
        or lead_credit <> 0
        or sale_credit <> 0
        or revenue <> 0
        or margin <> 0

)

select * from days
