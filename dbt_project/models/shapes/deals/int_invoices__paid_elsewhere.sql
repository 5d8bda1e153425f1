with

invoices as (

    select * from {{ ref('stg_stripe__invoices') }}
    where status = 'paid'
        and amount_paid > 0
        and paid_at is not null
        and is_live is distinct from false

),

-- Every reading of an invoice says what paid for it, also that nothing did: an invoice of which that was never landed
-- may well have a charge. A payment with neither a charge nor an intent was only written down: it was made elsewhere.
payments as (

    select
        account,
        invoice_id,
        max(
            case
                when coalesce(charge_id, payment_intent_id) is not null and coalesce(status, 'paid') = 'paid' then 1
                else 0
            end
        ) as is_paid_by_stripe,
        coalesce(
            sum(amount_paid_minor) filter (
                where payment_id is not null and coalesce(charge_id, payment_intent_id) is null and status = 'paid'
            ), 0
        ) as written_down_minor

    from {{ ref('stg_stripe__invoice_payments') }}
    group by account, invoice_id

),

-- A card that was tried in vain paid for nothing.
charges as (

    select distinct
        invoiced.account,
        invoiced.invoice_id

    from {{ ref('int_charges__invoiced') }} as invoiced
    left join {{ ref('stg_stripe__charges') }} as tried
        on invoiced.account = tried.account
        and invoiced.charge_id = tried.charge_id
    where tried.amount_captured is null
        or (tried.status = 'succeeded' and tried.is_paid and tried.amount_captured > 0)

),

paid_elsewhere as (

    select
        invoices.* replace (
            case
                when payments.is_paid_by_stripe = 0 and charges.invoice_id is null then invoices.amount_paid
                else {{ major_units('payments.written_down_minor', 'invoices.currency') }}
            end as amount_paid
        )

    from invoices
    inner join payments
        on invoices.account = payments.account
        and invoices.invoice_id = payments.invoice_id
    left join charges
        on invoices.account = charges.account
        and invoices.invoice_id = charges.invoice_id
    where (payments.is_paid_by_stripe = 0 and charges.invoice_id is null)
        or payments.written_down_minor > 0

)

select * from paid_elsewhere
