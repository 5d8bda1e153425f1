{# As at Google, only the campaign level holds all spend. #}

with

campaigns as (

    select
        days.brand,
        days.account,
        days.currency,
        days.spend_date,
        days.campaign_id,
        days.campaign_name,
        {{ device_word('days.device') }} as device,
        days.spend as spend_original,
        days.impressions,
        days.clicks,
        days.platform_conversions

    from {{ ref('stg_microsoft_ads__campaign_days') }} as days

),

ad_groups as (

    select
        days.brand,
        days.account,
        days.currency,
        days.spend_date,
        days.campaign_id,
        days.campaign_name,
        days.ad_group_id,
        days.ad_group_name,
        {{ device_word('days.device') }} as device,
        days.spend as spend_original,
        days.impressions,
        days.clicks,
        days.platform_conversions

    from {{ ref('stg_microsoft_ads__ad_group_days') }} as days

),

keywords as (

    select
        days.brand,
        days.account,
        days.currency,
        days.spend_date,
        days.campaign_id,
        days.campaign_name,
        days.ad_group_id,
        days.ad_group_name,
        days.keyword,
        lower(days.bid_match_type) as match_type,
        {{ device_word('days.device') }} as device,
        days.spend as spend_original,
        days.impressions,
        days.clicks,
        days.platform_conversions

    from {{ ref('stg_microsoft_ads__keyword_days') }} as days

),

levelled as (

    {{ at_the_finest_level('campaigns', 'ad_groups', 'keywords', [
        'brand', 'account', 'currency', 'spend_date', 'campaign_id',
    ]) }}

)

select * from levelled
