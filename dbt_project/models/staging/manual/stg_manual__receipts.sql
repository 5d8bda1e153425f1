with

source as (

    select * from {{ source('manual', 'receipts') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (partition by _account, brand, store, till, receipt_id order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        coalesce(brand, _brand) as brand,
        _account as account,
        store,
        till,
        receipt_id,
        returned_receipt_id,
        loyalty_card,

        ---------- text
        kind,
        email,
        phone,
        employee,
        promotion_code,
        self_reported_source,
        currency,
        money_in,

        ---------- numbers
        amount,
        margin,
        {{ written_offset_minutes('sold_at') }} as sold_offset_minutes,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        {{ written_moment('sold_at') }} as sold_local,
        _landed_at as landed_at

    from newest

)

select * from renamed
