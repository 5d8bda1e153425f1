with

source as (

    select * from {{ source('snowplow', 'events') }}
    where _reject_reason is null

),

-- A collector may get an event twice, and a program may send another's: the first is the one that happened.
first as (

    select * from source
    qualify row_number() over (partition by _account, event_id order by collector_at, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        event_id,
        event_fingerprint,
        app_id,
        client_id,
        network_client_id,
        session_id,
        user_id,
        mkt_click_id,

        ---------- text
        platform,
        event,
        event_name,
        page_url,
        page_title,
        page_referrer,
        referrer_medium,
        referrer_source,
        mkt_network,
        mkt_medium,
        mkt_source,
        mkt_term,
        mkt_content,
        mkt_campaign,
        user_agent,

        ---------- numbers
        session_number,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        collector_at,
        derived_at,
        _landed_at as landed_at

    from first

)

select * from renamed
