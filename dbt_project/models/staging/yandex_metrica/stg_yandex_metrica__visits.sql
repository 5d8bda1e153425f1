with

source as (

    select * from {{ source('yandex_metrica', 'visits') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, visited_day, visit_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        visit_id,
        counter_id,
        client_id,
        gclid,
        nullif(direct_campaign_id, '0') as direct_campaign_id,
        nullif(direct_ad_id, '0') as direct_ad_id,

        ---------- text
        landing_url,
        last_url,
        referrer,
        traffic_source,
        ad_engine,
        referring_site,
        search_engine,
        social_network,
        direct_phrase,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        goal_ids,
        goal_times,
        case device_category
            when '1' then 'desktop'
            when '2' then 'mobile'
            when '3' then 'tablet'
            when '4' then 'tv'
            else device_category
        end as device_type,
        country,
        city,

        ---------- numbers
        page_view_count,
        duration_seconds,

        ---------- booleans
        is_bounce,
        is_new_visitor,

        ---------- dates
        visited_day,
        _day as landed_day,

        ---------- timestamps
        started_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
