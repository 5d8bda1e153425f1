with

manual_store_visits as (

    select * from {{ ref('stg_manual__store_visits') }}

),

shaped as (

    select
        brand,
        'manual' as source,
        account,
        store,
        entrance,
        coalesce(entrance_role, 'outer') as entrance_role,
        from_local,
        from_offset_minutes,
        to_local,
        enters,
        exits,
        staff_enters,
        is_staff_excluded,
        coalesce(status, 'ok') as status

    from manual_store_visits

)

select * from shaped
