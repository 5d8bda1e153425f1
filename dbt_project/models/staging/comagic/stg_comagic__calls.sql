with

source as (

    select * from {{ source('comagic', 'calls') }}
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
        visitor_id,
        visitor_session_id,
        person_id,
        site_id,
        campaign_id,
        ua_client_id,
        ym_client_id,
        gclid,
        yclid,
        ymclid,

        ---------- text
        direction,
        finish_reason,
        contact_phone_number,
        virtual_phone_number,
        contact_full_name,
        employee_name,
        source,
        page_url,
        entrance_page,
        referrer,
        channel,
        campaign_name,
        visitor_city,
        visitor_country,
        visitor_device,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        tags,

        ---------- numbers
        talk_seconds,
        wait_seconds,
        total_seconds,
        sale_cost,

        ---------- booleans
        is_lost,

        ---------- dates
        called_day,
        _day as landed_day,

        ---------- timestamps
        started_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
