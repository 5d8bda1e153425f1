{{ config(materialized='view') }}

with

source as (

    select * from {{ source('pixel', 'hits') }}
    where _reject_reason is null

),

-- A page that leaves may send its hit twice, and midnight may lie between the two.
first_received as (

    select * from source
    qualify row_number() over (
        partition by _account, hit_id order by received_at, _landed_at desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        hit_id,
        client_id,
        session_id,
        user_id,

        ---------- text
        event,
        url,
        referrer,
        title,
        user_agent,
        device,
        analytics_storage,
        ad_storage,
        ad_user_data,
        ad_personalization,
        third_party_ids,

        ---------- booleans
        coalesce(is_bot, false) as is_bot,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        client_at,
        received_at,
        _landed_at as landed_at

    from first_received

)

select * from renamed
