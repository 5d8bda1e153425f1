{# What was spent and who came, each on its own day. #}

{{ config(materialized = 'ephemeral', access = 'private') }}

with

spend as (

    select * from {{ ref('int_spend__converted') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}

),

inquiries as (

    select * from {{ ref('inquiries') }}

),

spend_days as (

    select
        brand,
        spend_date as date,
        coalesce(channel, 'Paid Other') as channel,
        platform,
        campaign_id,
        {{ name_without_contacts('campaign_name') }} as campaign_name,
        sum(spend) as spend,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        0 as visit_count,
        0 as inquiry_count,
        0 as valid_inquiry_count

    from spend
    group by brand, spend_date, channel, platform, campaign_id, {{ name_without_contacts('campaign_name') }}

),

visit_days as (

    select
        brand,
        touch_date as date,
        channel,
        platform,
        campaign_id,
        campaign_name,
        0 as spend,
        0 as impressions,
        0 as clicks,
        count(*) as visit_count,
        0 as inquiry_count,
        0 as valid_inquiry_count

    from touchpoints
    where touch_kind = 'visit'
    group by brand, touch_date, channel, platform, campaign_id, campaign_name

),

inquiry_days as (

    select
        brand,
        inquiry_date as date,
        channel,
        platform,
        campaign_id,
        campaign_name,
        0 as spend,
        0 as impressions,
        0 as clicks,
        0 as visit_count,
        count(*) as inquiry_count,
        count(case when is_valid then 1 end) as valid_inquiry_count

    from inquiries
    group by brand, inquiry_date, channel, platform, campaign_id, campaign_name

),

measured as (

    select * from spend_days
    union all
    select * from visit_days
    union all
    select * from inquiry_days

),

measured_days as (

    select
        brand,
        date,
        channel,
        platform,
        campaign_id,
        campaign_name,
        sum(spend) as spend,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(visit_count) as visit_count,
        sum(inquiry_count) as inquiry_count,
        sum(valid_inquiry_count) as valid_inquiry_count

    from measured
    group by brand, date, channel, platform, campaign_id, campaign_name

)

select * from measured_days
