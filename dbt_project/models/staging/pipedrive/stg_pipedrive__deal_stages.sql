with

source as (

    select * from {{ source('pipedrive', 'deal_stages') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (
        partition by _account, deal_id, stage_id, entered_at
        order by _day desc, _landed_at desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        deal_id,
        stage_id,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        entered_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
