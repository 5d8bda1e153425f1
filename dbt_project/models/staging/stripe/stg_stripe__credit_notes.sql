with

source as (

    select * from {{ source('stripe', 'credit_notes') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, credit_note_id order by _day desc, _landed_at desc) = 1

),

-- Where nothing says how it went back, it went back outside Stripe.
counted as (

    select
        *,
        case
            when outside_minor is not null then outside_minor
            when balance_transaction_id is not null or is_refunded then 0
            when post_payment_minor is not null then post_payment_minor
            when type = 'pre_payment' then 0
            else amount_minor
        end as returned_outside_minor

    from newest

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
        {{ major_units('returned_outside_minor', 'currency') }} as returned_outside,

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

    from counted

)

select * from renamed
