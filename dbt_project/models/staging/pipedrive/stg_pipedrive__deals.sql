with

source as (

    select * from {{ source('pipedrive', 'deals') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, deal_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        deal_id,
        pipeline_id,
        stage_id,
        person_id,
        participant_ids,
        owner_id,

        ---------- text
        title,
        currency,
        status,
        lost_reason,
        origin,

        ---------- numbers
        amount,
        cost_of_goods,

        ---------- booleans
        is_deleted,
        is_archived,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        stage_changed_at,
        won_at,
        lost_at,
        cancelled_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
