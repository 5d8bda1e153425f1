with

source as (

    select * from {{ source('salesforce', 'opportunity_products') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, line_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        line_id,
        opportunity_id,
        product_id,

        ---------- text
        product_name,

        ---------- numbers
        quantity,
        amount,

        ---------- booleans
        is_deleted,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
