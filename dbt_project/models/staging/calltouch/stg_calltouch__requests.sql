with

source as (

    select * from {{ source('calltouch', 'requests') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, request_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        request_id,
        session_id,
        ga_client_id,
        ya_client_id,
        yandex_campaign_id,
        yandex_ad_group_id,
        google_campaign_id,
        google_ad_group_id,

        ---------- text
        subject,
        manager,
        full_name,
        phone,
        email,
        city,
        source,
        medium,
        keyword,
        landing_url,
        referrer,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        tags,
        orders,

        ---------- booleans
        is_unique,
        is_target,

        ---------- dates
        requested_day,
        _day as landed_day,

        ---------- timestamps
        submitted_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
