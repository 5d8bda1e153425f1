{# A click id beats tags, tags beat the page before: the platform that sold the click knows the campaign. #}

{{ config(materialized='view') }}

with

visits as (

    select * from {{ ref('int_visits__parsed') }}

),

signals as (

    select * from {{ ref('int_signals__channelled') }}

),

campaigned as (

    select * from {{ ref('int_signals__campaigned') }}

),

clicks as (

    select * from {{ ref('clicks__unioned') }}

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

),

sold_clicks as (

    select
        clicks.brand,
        clicks.click_id_type,
        clicks.click_id,
        clicks.platform,
        campaigns.channel,
        clicks.campaign_id,
        campaigns.campaign_name,
        clicks.ad_group_id,
        clicks.ad_group_name,
        clicks.keyword

    from clicks
    left join campaigns
        on clicks.brand = campaigns.brand
        and clicks.platform = campaigns.platform
        and clicks.campaign_id = campaigns.campaign_id

),

channelled as (

    select
        visits.visit_id,
        visits.brand,
        visits.client_id,
        visits.user_id,
        visits.started_at,
        coalesce(sold_clicks.channel, campaigned.channel, signals.channel) as channel,
        case
            when sold_clicks.channel is not null then 'click'
            when campaigned.channel is not null then 'campaign'
            else signals.channel_rule
        end as channel_rule,
        coalesce(sold_clicks.platform, campaigned.platform, signals.platform) as platform,
        visits.source,
        visits.medium,
        coalesce(sold_clicks.campaign_id, campaigned.campaign_id) as campaign_id,
        coalesce(sold_clicks.campaign_name, campaigned.campaign_name, signals.campaign_spelling, visits.campaign)
            as campaign_name,
        sold_clicks.ad_group_id,
        sold_clicks.ad_group_name,
        coalesce(sold_clicks.keyword, visits.term) as keyword,
        visits.click_id_type,
        visits.click_id,
        sold_clicks.click_id is not null as is_click_resolved,
        coalesce(sold_clicks.campaign_id is not null or campaigned.campaign_key is not null, false)
            as is_campaign_resolved,
        case when sold_clicks.campaign_id is null then campaigned.campaign_candidates end as campaign_candidates,
        visits.campaign is not null as is_campaign_named,
        signals.is_paid,
        visits.is_malformed

    from visits
    left join signals on visits.signal_id = signals.signal_id
    left join campaigned
        on visits.signal_id = campaigned.signal_id
        and visits.touch_date = campaigned.touch_date
    left join sold_clicks
        on visits.brand = sold_clicks.brand
        and visits.click_id_type = sold_clicks.click_id_type
        and visits.click_id = sold_clicks.click_id

)

select * from channelled
