with

invoices as (

    select * from {{ ref('stg_stripe__invoices') }}
    where status = 'paid'
        and amount_paid > 0
        and paid_at is not null
        and is_live is distinct from false

),

-- Every reading of an invoice says what paid for it, also that nothing did: an invoice of which that was never landed
-- may well have a charge.
payments as (

    select
        account,
        invoice_id,
        max(
            case when payment_id is not null and coalesce(status, 'paid') = 'paid' then 1 else 0 end
        ) as is_paid_by_stripe

    from {{ ref('stg_stripe__invoice_payments') }}
    group by account, invoice_id

),

charges as (

    select distinct
        account,
        invoice_id

    from {{ ref('int_charges__invoiced') }}

),

paid_elsewhere as (

    select invoices.*

    from invoices
    inner join payments
        on invoices.account = payments.account
        and invoices.invoice_id = payments.invoice_id
    left join charges
        on invoices.account = charges.account
        and invoices.invoice_id = charges.invoice_id
    where payments.is_paid_by_stripe = 0
        and charges.invoice_id is null

)

select * from paid_elsewhere
