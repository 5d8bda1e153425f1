with

source as (

    select * from {{ source('stripe', 'invoices') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, invoice_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        invoice_id,
        customer_id,
        subscription_id,
        inquiry_id,

        ---------- text
        number,
        status,
        upper(currency) as currency,
        billing_reason,
        customer_email,

        ---------- numbers
        {{ major_units('total_minor', 'currency') }} as total,
        {{ major_units('amount_paid_minor', 'currency') }} as amount_paid,

        ---------- booleans
        is_live,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        finalized_at,
        paid_at,
        voided_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
