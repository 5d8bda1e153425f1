with

source as (

    select * from {{ source('bitrix24', 'activities') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, activity_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        activity_id,
        owner_type_id,
        owner_id,
        type_id,
        provider_id,
        responsible_id,

        ---------- text
        direction,

        ---------- booleans
        is_completed,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        started_at,
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
