with

source as (

    select * from {{ source('manual', 'deals') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (partition by _account, brand, deal_id order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        coalesce(brand, _brand) as brand,
        _account as account,
        deal_id,
        contact_id,
        inquiry_id,

        ---------- text
        email,
        phone,
        lost_reason,
        currency,
        employee,

        ---------- numbers
        amount,
        margin,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        qualified_at,
        opportunity_at,
        won_at,
        lost_at,
        cancelled_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
