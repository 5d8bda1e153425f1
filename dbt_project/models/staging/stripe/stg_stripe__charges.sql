with

source as (

    select * from {{ source('stripe', 'charges') }}
    where _reject_reason is null

),

-- What was landed of the day on which a charge was made is the charge as it was read: a change is known by its event.
versions as (

    select
        *,
        min(captured_at) over (partition by _account, charge_id) as first_captured_at,
        min(case when updated_at > created_at then updated_at end) over (
            partition by _account, charge_id, amount_refunded_minor
        ) as refunded_since_at

    from source

),

newest as (

    select * from versions
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
        first_captured_at as captured_at,
        coalesce(refunded_since_at, updated_at) as refunded_since_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
