with

source as (

    select * from {{ source('bitrix24', 'deal_stages') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, entry_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        entry_id,
        deal_id,
        type_id,
        category_id,
        stage_id,

        ---------- text
        semantics,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        entered_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
