with

source as (

    select * from {{ source('amocrm', 'events') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, event_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        event_id,
        entity_id,
        before_pipeline_id,
        before_status_id,
        after_pipeline_id,
        after_status_id,

        ---------- text
        type,
        entity_type,
        created_by,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
