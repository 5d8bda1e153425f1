with

source as (

    select * from {{ source('stripe', 'charges') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, charge_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        charge_id,
        customer_id,
        payment_intent_id,
        invoice_id,
        inquiry_id,

        ---------- text
        status,
        upper(currency) as currency,
        email,
        phone,
        description,

        ---------- numbers
        {{ major_units('amount_minor', 'currency') }} as amount,
        {{ major_units('amount_captured_minor', 'currency') }} as amount_captured,
        {{ major_units('amount_refunded_minor', 'currency') }} as amount_refunded,

        ---------- booleans
        is_paid,
        is_captured,
        is_disputed,
        is_live,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
