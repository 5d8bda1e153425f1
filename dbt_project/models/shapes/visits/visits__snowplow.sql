with

shaped as (

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

)

select * from shaped
