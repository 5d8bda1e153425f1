with

source as (

    select * from {{ source('stripe', 'checkout_sessions') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, session_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        session_id,
        customer_id,
        payment_intent_id,
        invoice_id,
        client_reference_id,
        inquiry_id,

        ---------- text
        status,
        payment_status,
        upper(currency) as currency,
        email,
        phone,

        ---------- numbers
        {{ major_units('amount_minor', 'currency') }} as amount,

        ---------- booleans
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
