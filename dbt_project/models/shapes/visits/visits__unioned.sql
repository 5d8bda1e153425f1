{# A view: millions of visits are stored once as staged and once as touchpoints, not at every step between. #}

{{ config(materialized='view') }}

with

matomo as (

    select
        brand,
        'matomo' as source,
        account,
        visit_id as source_visit_id,
        visitor_id as client_id,
        user_id,
        coalesce(first_action_at, last_action_at, cast(visited_day as timestamp)) as started_at,
        landing_url,
        referrer_url as referrer,
        device_type as device,
        country_code as country,
        -- Matomo may cut the tags off the address and keep them beside it.
        case when referrer_type = 'campaign' then coalesce(campaign_source, referrer_name) end as tagged_source,
        case when referrer_type = 'campaign' then campaign_medium end as tagged_medium,
        case when referrer_type = 'campaign' then coalesce(campaign_name, referrer_name) end as tagged_campaign,
        case when referrer_type = 'campaign' then campaign_keyword end as tagged_term,
        case when referrer_type = 'campaign' then campaign_content end as tagged_content

    from {{ ref('stg_matomo__visits') }}

),

ga4 as (

    select
        brand,
        'ga4' as source,
        account,
        visit_id as source_visit_id,
        client_id,
        user_id,
        started_at,
        landing_url,
        referrer,
        device_type as device,
        country,
        -- Google writes what it concludes itself in brackets, and calls some paid clicks organic.
        case
            when tagged_source like '(%' then null
            when gclid is not null then coalesce(tagged_source, 'google')
            else tagged_source
        end as tagged_source,
        case
            when tagged_medium like '(%' then null
            when gclid is not null and coalesce(lower(tagged_medium), 'organic') = 'organic' then 'cpc'
            else tagged_medium
        end as tagged_medium,
        case when tagged_campaign not like '(%' then tagged_campaign end as tagged_campaign,
        tagged_term,
        tagged_content

    from {{ ref('stg_ga4__visits') }}

),

yandex_metrica as (

    select
        brand,
        'yandex_metrica' as source,
        account,
        -- Metrica counts its visits anew each year.
        cast(extract(year from visited_day) as varchar) || '.' || visit_id as source_visit_id,
        client_id,
        cast(null as varchar) as user_id,
        started_at,
        landing_url,
        referrer,
        device_type as device,
        country,
        case
            when utm_source is not null then utm_source
            when direct_campaign_id is not null then 'yandex'
            when gclid is not null then 'google'
        end as tagged_source,
        case
            when utm_source is not null then utm_medium
            when direct_campaign_id is not null or gclid is not null then 'cpc'
        end as tagged_medium,
        -- An advertiser who tags nothing is known by the number of the campaign.
        coalesce(utm_campaign, direct_campaign_id) as tagged_campaign,
        utm_term as tagged_term,
        utm_content as tagged_content

    from {{ ref('stg_yandex_metrica__visits') }}

),

manual as (

    select
        brand,
        'manual' as source,
        account,
        visit_id as source_visit_id,
        client_id,
        user_id,
        started_at,
        landing_url,
        referrer,
        device,
        country,
        cast(null as varchar) as tagged_source,
        cast(null as varchar) as tagged_medium,
        cast(null as varchar) as tagged_campaign,
        cast(null as varchar) as tagged_term,
        cast(null as varchar) as tagged_content

    from {{ ref('stg_manual__visits') }}

),

pixel as (

    select
        brand,
        'pixel' as source,
        account,
        visit_id as source_visit_id,
        client_id,
        user_id,
        started_at,
        landing_url,
        referrer,
        device,
        cast(null as varchar) as country,
        cast(null as varchar) as tagged_source,
        cast(null as varchar) as tagged_medium,
        cast(null as varchar) as tagged_campaign,
        cast(null as varchar) as tagged_term,
        cast(null as varchar) as tagged_content

    from {{ ref('int_visits__pixel_hits') }}

),

snowplow as (

    select
        brand,
        'snowplow' as source,
        account,
        visit_id as source_visit_id,
        client_id,
        user_id,
        started_at,
        landing_url,
        referrer,
        cast(null as varchar) as device,
        cast(null as varchar) as country,
        case
            when mkt_source is not null then mkt_source
            when mkt_click_id is not null and mkt_network = 'Google' then 'google'
        end as tagged_source,
        case
            when mkt_source is not null then mkt_medium
            when mkt_click_id is not null and mkt_network = 'Google' then 'cpc'
        end as tagged_medium,
        mkt_campaign as tagged_campaign,
        mkt_term as tagged_term,
        mkt_content as tagged_content

    from {{ ref('int_visits__snowplow_events') }}

),

unioned as (

    select * from matomo
    union all
    select * from ga4
    union all
    select * from yandex_metrica
    union all
    select * from snowplow
    union all
    select * from pixel
    union all
    select * from manual

),

identified as (

    select
        {{ stable_id(['brand', 'source', 'account', 'source_visit_id']) }} as visit_id,
        *

    from unioned

)

select * from identified
