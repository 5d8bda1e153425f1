with

source as (

    select * from {{ source('bitrix24', 'product_rows') }}
    where _reject_reason is null

),

-- What left is absent from the later reading; where nothing is left, that has one row, without a key.
last_reading as (

    select * from source
    qualify _day = max(_day) over (partition by _account, deal_id)

),

newest as (

    select * from last_reading
    qualify row_number() over (partition by _account, deal_id, product_row_id order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        product_row_id,
        deal_id,
        product_id,

        ---------- text
        product_name,

        ---------- numbers
        price,
        quantity,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
