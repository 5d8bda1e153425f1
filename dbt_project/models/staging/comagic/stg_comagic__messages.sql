with

source as (

    select * from {{ source('comagic', 'messages') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, message_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        message_id,
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
        form_type,
        status,
        text,
        visitor_name,
        visitor_phone_number,
        visitor_email,
        employee_name,
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
        sale_cost,

        ---------- dates
        sent_day,
        _day as landed_day,

        ---------- timestamps
        sent_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
