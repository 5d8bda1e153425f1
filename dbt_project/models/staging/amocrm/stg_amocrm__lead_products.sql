with

source as (

    select * from {{ source('amocrm', 'lead_products') }}
    where _reject_reason is null

),

-- What left is absent from the later reading; where nothing is left, that has one row, without a key.
last_reading as (

    select * from source
    qualify _day = max(_day) over (partition by _account, lead_id)

),

newest as (

    select * from last_reading
    qualify row_number() over (partition by _account, lead_id, product_id order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        lead_id,
        product_id,
        catalog_id,

        ---------- numbers
        quantity,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
