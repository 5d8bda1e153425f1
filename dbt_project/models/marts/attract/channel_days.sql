{# One slice of channel_performance, in which every column may be added up. #}

with

slice as (

    select * from {{ ref('channel_performance') }}
    where attribution_model = 'last_non_direct'
        and date_basis = 'conversion'

),

-- What stands in `spend` alone: in euro, and what the platforms claim.
spent as (

    select
        brand,
        spend_date as date,
        channel,
        platform,
        campaign_id,
        campaign_name,
        sum(spend_eur) as spend_eur,
        count(*) = count(spend_eur) as is_in_euro,
        sum(platform_conversions) as platform_conversions

    from {{ ref('spend') }}
    group by brand, spend_date, channel, platform, campaign_id, campaign_name

),

euro_rates as (

    select
        currency,
        rate_date,
        units_per_euro

    from {{ ref('int_rates__daily') }}

),

days as (

    select
        slice.brand,
        slice.date,
        slice.channel,
        slice.platform,
        slice.campaign_id,
        slice.campaign_name,
        slice.spend,
        slice.impressions,
        slice.clicks,
        slice.visit_count,
        slice.inquiry_count,
        slice.valid_inquiry_count,
        slice.lead_credit,
        slice.qualified_lead_credit,
        slice.sale_credit,
        slice.first_sale_credit,
        slice.revenue,
        slice.margin,
        slice.currency,
        case
            when coalesce(spent.is_in_euro, true) then cast(coalesce(spent.spend_eur, 0) as decimal(20, 6))
        end as spend_eur,
        case
            when slice.currency = 'EUR' or slice.revenue = 0 then slice.revenue
            else cast(cast(slice.revenue as double) / euro_rates.units_per_euro as decimal(20, 6))
        end as revenue_eur,
        case
            when slice.currency = 'EUR' or slice.margin = 0 then slice.margin
            else cast(cast(slice.margin as double) / euro_rates.units_per_euro as decimal(20, 6))
        end as margin_eur,
        cast(spent.platform_conversions as decimal(20, 6)) as platform_conversions

    from slice
    left join spent
        on slice.brand = spent.brand
        and slice.date = spent.date
        and slice.channel = spent.channel
        and slice.platform is not distinct from spent.platform
        and slice.campaign_id is not distinct from spent.campaign_id
        and slice.campaign_name is not distinct from spent.campaign_name
    left join euro_rates
        on slice.currency = euro_rates.currency
        and slice.date = euro_rates.rate_date
    -- What stands on other days or under other models leaves empty days behind.
    where slice.spend <> 0
        or slice.impressions <> 0
        or slice.clicks <> 0
        or slice.visit_count <> 0
        or slice.inquiry_count <> 0
        or slice.lead_credit <> 0
        or slice.sale_credit <> 0
        or slice.revenue <> 0
        or slice.margin <> 0
        or spent.platform_conversions <> 0

)

select * from days
