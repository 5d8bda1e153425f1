with

source as (

    select * from {{ source('hubspot', 'deals') }}
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
        owner_id,

        ---------- text
        deal_name,
        currency,
        lost_reason,
        created_through,
        merged_deal_ids,

        ---------- numbers
        amount,
        cost_of_goods,

        ---------- booleans
        is_won,
        is_closed,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        closed_at,
        cancelled_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
