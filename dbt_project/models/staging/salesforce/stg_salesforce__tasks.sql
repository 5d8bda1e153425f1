with

source as (

    select * from {{ source('salesforce', 'tasks') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, task_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        task_id,
        who_id,
        what_id,
        owner_id,

        ---------- text
        type,
        call_type,

        ---------- booleans
        is_closed,
        is_deleted,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        completed_at,
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
