with

source as (

    select * from {{ source('stripe', 'invoice_payments') }}
    where _reject_reason is null

),

-- What was paid for by none of Stripe's charges has one row, without a payment.
newest as (

    select * from source
    qualify row_number() over (partition by _account, invoice_id, payment_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        invoice_id,
        payment_id,
        charge_id,
        payment_intent_id,

        ---------- text
        status,

        ---------- numbers
        -- In the smallest unit of the invoice's currency.
        amount_paid_minor,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
