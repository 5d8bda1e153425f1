with

source as (

    select * from {{ source('callrail', 'calls') }}
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
        tracker_id,
        company_id,
        person_id,
        ga_client_id,
        gclid,
        fbclid,
        msclkid,

        ---------- text
        customer_phone_number,
        tracking_phone_number,
        business_phone_number,
        customer_name,
        customer_city,
        customer_country,
        direction,
        source_name,
        source,
        medium,
        campaign,
        keywords,
        landing_page_url,
        last_requested_url,
        referring_url,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        agent_email,
        lead_status,
        device_type,
        tags,

        ---------- numbers
        duration_seconds,
        value,

        ---------- booleans
        is_answered,
        is_voicemail,
        is_first_call,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        started_at,
        created_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
