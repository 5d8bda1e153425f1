with

source as (

    select * from {{ source('hubspot', 'calls') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, call_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        call_id,
        contact_id,
        owner_id,

        ---------- text
        direction,
        status,

        ---------- numbers
        duration_ms,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        occurred_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
