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
    -- One file may write the moment and another the day and the hour.
    qualify row_number() over (
        partition by
            _account, brand, store, entrance,
            {{ written_moment('from_at', 'hour') }}, {{ written_offset_minutes('from_at') }}
        order by _landed_at desc, _file desc, from_at desc, hour desc
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
