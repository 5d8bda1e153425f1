with

source as (

    select * from {{ source('callrail', 'text_messages') }}
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
        conversation_id,
        thread_id,
        initial_tracker_id,
        current_tracker_id,
        company_id,

        ---------- text
        case direction when 'incoming' then 'inbound' else 'outbound' end as direction,
        message_type,
        content,
        media_urls,
        customer_phone_number,
        customer_name,
        initial_tracking_number,
        current_tracking_number,
        tracker_name,
        source,
        lead_status,
        tags,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        sent_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
