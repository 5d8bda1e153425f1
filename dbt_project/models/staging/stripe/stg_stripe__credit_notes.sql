with

source as (

    select * from {{ source('stripe', 'credit_notes') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, credit_note_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        credit_note_id,
        invoice_id,
        customer_id,
        balance_transaction_id,

        ---------- text
        number,
        status,
        type,
        reason,
        upper(currency) as currency,

        ---------- numbers
        {{ major_units('amount_minor', 'currency') }} as amount,
        {{ major_units('post_payment_minor', 'currency') }} as post_payment_amount,
        {{ major_units('refunded_minor', 'currency') }} as refunded_amount,
        {{ major_units('outside_minor', 'currency') }} as outside_amount,

        ---------- booleans
        is_refunded,
        is_live,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        coalesce(effective_at, created_at) as issued_at,
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
