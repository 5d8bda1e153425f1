with

source as (

    select * from {{ source('manual', 'store_visits') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (
        partition by _account, brand, store, entrance, from_at, hour
        order by _landed_at desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        coalesce(brand, _brand) as brand,
        _account as account,
        store,
        entrance,

        ---------- text
        entrance_role,
        status,

        ---------- numbers
        enters,
        exits,
        staff_enters,
        {{ written_offset_minutes('from_at') }} as from_offset_minutes,

        ---------- booleans
        staff_excluded as is_staff_excluded,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        {{ written_moment('from_at', 'hour') }} as from_local,
        {{ written_moment('to_at') }} as to_local,
        _landed_at as landed_at

    from newest

)

select * from renamed
