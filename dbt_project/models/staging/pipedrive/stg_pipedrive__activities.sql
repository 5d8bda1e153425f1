with

source as (

    select * from {{ source('pipedrive', 'activities') }}
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
        owner_id,
        deal_id,
        person_id,

        ---------- text
        type,
        subject,

        ---------- booleans
        is_done,
        is_deleted,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        done_at,
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
