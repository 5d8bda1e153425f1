with

source as (

    select * from {{ source('ga4', 'visits') }}
    where _reject_reason is null

),

-- A visit over midnight lies in two days' tables, and the first of them knows where it came from.
newest as (

    select * from source
    qualify row_number() over (partition by _account, visit_id order by _day, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        visit_id,
        client_id,
        session_id,
        user_id,
        stream_id,
        gclid,
        tagged_campaign_id,

        ---------- text
        landing_url,
        last_url,
        referrer,
        tagged_source,
        tagged_medium,
        tagged_campaign,
        tagged_term,
        tagged_content,
        device_type,
        country,
        city,

        ---------- numbers
        event_count,
        page_view_count,

        ---------- dates
        visited_day,
        _day as landed_day,

        ---------- timestamps
        started_at,
        last_event_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
