with

shaped as (

    select
        brand,
        'yandex_metrica' as source,
        account,
        -- Metrica counts its visits anew each year.
        cast(extract(year from visited_day) as varchar) || '.' || visit_id as source_visit_id,
        client_id,
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

)

select * from shaped
