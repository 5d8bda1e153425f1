with

source as (

    select * from {{ source('stripe', 'customers') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, customer_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        customer_id,
        click_id,
        inquiry_id,

        ---------- text
        name,
        email,
        phone,

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
