{# What each channel cost and brought in a month, whole leads and sales under the model that cuts none up. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

performance as (

    select * from {{ ref('channel_performance') }}
    where attribution_model = 'last_non_direct'
        and date_basis = 'conversion'

),

measured as (

    select
        brand,
        cast(date_trunc('month', date) as date) as month,
        channel,
        platform,
        campaign_id,
        campaign_name,
        cast(sum(spend) as decimal(20, 6)) as spend,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(visit_count) as bigint) as visit_count,
        cast(sum(inquiry_count) as bigint) as inquiry_count,
        cast(sum(valid_inquiry_count) as bigint) as valid_inquiry_count,
        sum(lead_credit) as lead_count,
        sum(sale_credit) as sale_count,
        cast(sum(revenue) as decimal(20, 6)) as revenue,
        max(currency) as currency

    from performance
    group by all

)

select * from measured
