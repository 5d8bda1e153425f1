{# Some campaign types have no ad groups, some ad groups no keywords: the campaign level alone holds all spend. #}

with

read_twice as (

    select * from {{ ref('int_spend__read_twice') }}

),

campaigns as (

    select
        days.brand,
        days.account,
        days.customer_id,
        days.spend_date,
        days.campaign_id,
        days.campaign_name,
        {{ device_word('days.device') }} as device,
        days.cost as spend_original,
        days.impressions,
        days.clicks,
        days.platform_conversions

    from {{ ref('stg_google_ads__campaign_days') }} as days
    left join read_twice
        on days.account = read_twice.account
        and days.customer_id = read_twice.customer_id
        and days.spend_date = read_twice.spend_date
    where read_twice.account is null

),

ad_groups as (

    select
        days.brand,
        days.account,
        days.customer_id,
        days.spend_date,
        days.campaign_id,
        days.campaign_name,
        days.ad_group_id,
        days.ad_group_name,
        {{ device_word('days.device') }} as device,
        days.cost as spend_original,
        days.impressions,
        days.clicks,
        days.platform_conversions

    from {{ ref('stg_google_ads__ad_group_days') }} as days

),

keywords as (

    select
        days.brand,
        days.account,
        days.customer_id,
        days.spend_date,
        days.campaign_id,
        days.campaign_name,
        days.ad_group_id,
        days.ad_group_name,
        days.keyword,
        lower(days.match_type) as match_type,
        {{ device_word('days.device') }} as device,
        days.cost as spend_original,
        days.impressions,
        days.clicks,
        days.platform_conversions

    from {{ ref('stg_google_ads__keyword_days') }} as days

),

levelled as (

    {{ at_the_finest_level('campaigns', 'ad_groups', 'keywords', [
        'brand', 'account', 'customer_id', 'spend_date', 'campaign_id',
    ]) }}

)

select * from levelled
