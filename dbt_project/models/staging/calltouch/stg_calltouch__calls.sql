with

source as (

    select * from {{ source('calltouch', 'calls') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, call_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        call_id,
        session_id,
        caller_id,
        ga_client_id,
        ya_client_id,
        yandex_campaign_id,
        yandex_ad_group_id,
        google_campaign_id,
        google_ad_group_id,

        ---------- text
        caller_number,
        tracking_number,
        redirect_number,
        call_phase,
        manager,
        city,
        source,
        medium,
        keyword,
        landing_url,
        call_url,
        referrer,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        tags,
        orders,

        ---------- numbers
        duration_seconds,
        waiting_seconds,

        ---------- booleans
        is_successful,
        is_unique,
        is_target,
        is_callback,

        ---------- dates
        called_day,
        _day as landed_day,

        ---------- timestamps
        started_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
