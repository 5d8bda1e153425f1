with

source as (

    select * from {{ source('callrail', 'trackers') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (partition by _account, tracker_id order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        tracker_id,
        company_id,

        ---------- text
        name,
        type,
        status,
        company_name,
        destination_number,
        tracking_numbers,
        source_type,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        disabled_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
