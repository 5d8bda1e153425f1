{{ config(materialized='view') }}

with

source as (

    select * from {{ source('webhook', 'messages') }}
    where _reject_reason is null

),

-- A messenger repeats a notice until it is acknowledged, WhatsApp for a week.
first_received as (

    select * from source
    qualify row_number() over (
        partition by _account, message_id order by received_at, _landed_at desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        message_id,
        inbox_id,
        channel_contact_id,
        ad_id,
        post_id,
        click_id_type,
        click_id,
        link_tag,

        ---------- text
        sender,
        direction,
        message_type,
        phone,
        email,
        name,
        text as content,
        page_url,

        ---------- booleans
        is_writing,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        sent_at,
        received_at,
        _landed_at as landed_at

    from first_received

)

select * from renamed
