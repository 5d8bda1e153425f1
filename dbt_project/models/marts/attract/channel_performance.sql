{# Spend and what came of it, side by side. Everything is first brought to the same columns and then added up,
   so that neither spend without results nor results without spend can be lost, and nothing is counted twice. #}

with

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

attribution_models as (

    select * from {{ ref('int_attribution_models__listed') }}

),

measured_days as (

    select * from {{ ref('int_performance__measured') }}

),

credited as (

    select * from {{ ref('int_performance__credited') }}

),

date_bases as (

    select 'conversion' as date_basis
    union all
    select 'touch' as date_basis

),

-- Money was spent and people came whatever the model and the basis: each slice shows it in full.
measured_slices as (

    select
        measured_days.brand,
        measured_days.date,
        date_bases.date_basis,
        attribution_models.attribution_model,
        measured_days.channel,
        measured_days.platform,
        measured_days.campaign_id,
        measured_days.campaign_name,
        measured_days.spend,
        measured_days.impressions,
        measured_days.clicks,
        measured_days.visit_count,
        measured_days.inquiry_count,
        measured_days.valid_inquiry_count,
        0 as lead_credit,
        0 as qualified_lead_credit,
        0 as sale_credit,
        0 as first_sale_credit,
        0 as revenue,
        0 as margin,
        0 as unknown_margin_count

    from measured_days
    cross join date_bases
    cross join attribution_models

),

credited_slices as (

    select
        credited.brand,
        case when date_bases.date_basis = 'touch' then credited.touch_date else credited.conversion_date end as date,
        date_bases.date_basis,
        credited.attribution_model,
        credited.channel,
        credited.platform,
        credited.campaign_id,
        credited.campaign_name,
        0 as spend,
        0 as impressions,
        0 as clicks,
        0 as visit_count,
        0 as inquiry_count,
        0 as valid_inquiry_count,
        credited.lead_credit,
        credited.qualified_lead_credit,
        credited.sale_credit,
        credited.first_sale_credit,
        credited.revenue,
        credited.margin,
        credited.unknown_margin_count

    from credited
    cross join date_bases

),

slices as (

    select * from measured_slices
    union all
    select * from credited_slices

),

totalled as (

    select
        date,
        date_basis,
        brand,
        channel,
        platform,
        campaign_id,
        campaign_name,
        attribution_model,
        cast(coalesce(sum(spend), 0) as decimal(20, 6)) as spend,
        cast(coalesce(sum(impressions), 0) as bigint) as impressions,
        cast(coalesce(sum(clicks), 0) as bigint) as clicks,
        cast(sum(visit_count) as bigint) as visit_count,
        cast(sum(inquiry_count) as bigint) as inquiry_count,
        cast(sum(valid_inquiry_count) as bigint) as valid_inquiry_count,
        cast(sum(lead_credit) as double) as lead_credit,
        cast(sum(qualified_lead_credit) as double) as qualified_lead_credit,
        cast(sum(sale_credit) as double) as sale_credit,
        cast(sum(first_sale_credit) as double) as first_sale_credit,
        cast(coalesce(sum(revenue), 0) as decimal(20, 6)) as revenue,
        cast(sum(margin) as decimal(20, 6)) as known_margin,
        sum(unknown_margin_count) as unknown_margin_count

    from slices
    group by date, date_basis, brand, channel, platform, campaign_id, campaign_name, attribution_model

),

-- Revenue whose cost nobody wrote down has no margin, which is not the same as a margin of nothing.
margined as (

    select
        *,
        case when unknown_margin_count = 0 or known_margin <> 0 then known_margin end as margin

    from totalled

),

-- A day on which more was cancelled than sold has no cost per sale.
compared as (

    select
        margined.date,
        margined.date_basis,
        margined.brand,
        margined.channel,
        margined.platform,
        margined.campaign_id,
        margined.campaign_name,
        margined.attribution_model,
        brands.currency,
        margined.spend,
        margined.impressions,
        margined.clicks,
        margined.visit_count,
        margined.inquiry_count,
        margined.valid_inquiry_count,
        margined.lead_credit,
        margined.qualified_lead_credit,
        margined.sale_credit,
        margined.first_sale_credit,
        margined.revenue,
        margined.margin,
        cast(margined.spend as double)
        / case when margined.valid_inquiry_count > 0 then margined.valid_inquiry_count end as cpl,
        cast(margined.spend as double)
        / case when margined.qualified_lead_credit > 0 then margined.qualified_lead_credit end
            as cost_per_qualified_lead,
        cast(margined.spend as double)
        / case when margined.first_sale_credit > 0 then margined.first_sale_credit end as cac,
        cast(margined.spend as double) / case when margined.sale_credit > 0 then margined.sale_credit end as cpo,
        cast(margined.revenue as double) / case when margined.spend > 0 then cast(margined.spend as double) end as roas,
        case
            when margined.unknown_margin_count = 0 and margined.spend > 0
                then cast(margined.margin - margined.spend as double) / cast(margined.spend as double)
        end as romi,
        cast(margined.spend as double)
        / case when margined.revenue > 0 then cast(margined.revenue as double) end as cost_share

    from margined
    inner join brands on margined.brand = brands.brand

)

select * from compared
