with

charges as (

    select * from {{ ref('stg_stripe__charges') }}
    where status = 'succeeded'
        and is_paid
        and amount_captured > 0
        -- What was paid for a test bought nothing.
        and is_live is distinct from false

),

customers as (

    select * from {{ ref('stg_stripe__customers') }}

),

invoiced as (

    select * from {{ ref('int_charges__invoiced') }}

),

invoices as (

    select * from {{ ref('stg_stripe__invoices') }}

),

sessions as (

    select
        account,
        session_id,
        payment_intent_id,
        invoice_id,
        coalesce(inquiry_id, client_reference_id) as inquiry_id,
        email,
        phone

    from {{ ref('stg_stripe__checkout_sessions') }}
    where status = 'complete'

),

-- The page on which a charge was paid names its payment intent, or the invoice with which a subscription begins.
sessions_by_intent as (

    select * from sessions
    where payment_intent_id is not null
    qualify row_number() over (partition by account, payment_intent_id order by session_id) = 1

),

sessions_by_invoice as (

    select * from sessions
    where invoice_id is not null
    qualify row_number() over (partition by account, invoice_id order by session_id) = 1

),

refunds as (

    select
        account,
        charge_id,
        max(created_at) as refunded_at

    from {{ ref('stg_stripe__refunds') }}
    where status = 'succeeded'
    group by account, charge_id

),

disputes as (

    select
        account,
        charge_id,
        sum(amount) as amount_lost,
        max(updated_at) as dispute_lost_at

    from {{ ref('stg_stripe__disputes') }}
    where status = 'lost'
    group by account, charge_id

),

kept as (

    select
        charges.*,
        charges.amount_captured
        - coalesce(charges.amount_refunded, 0)
        - coalesce(disputes.amount_lost, 0) as amount_kept,
        coalesce(
            greatest(
                coalesce(refunds.refunded_at, disputes.dispute_lost_at),
                coalesce(disputes.dispute_lost_at, refunds.refunded_at)
            ),
            charges.updated_at
        ) as last_loss_at,
        row_number() over (
            partition by charges.account, charges.customer_id order by charges.created_at, charges.charge_id
        ) as charge_number

    from charges
    left join refunds
        on charges.account = refunds.account
        and charges.charge_id = refunds.charge_id
    left join disputes
        on charges.account = disputes.account
        and charges.charge_id = disputes.charge_id

),

shaped as (

    select
        kept.brand,
        'stripe' as source,
        kept.account,
        kept.charge_id as source_deal_id,
        kept.created_at,
        kept.updated_at,
        kept.customer_id as source_contact_id,
        -- What a customer was made for is his first charge, not the renewals after it.
        coalesce(
            kept.inquiry_id,
            invoices.inquiry_id,
            sessions_by_intent.inquiry_id,
            sessions_by_invoice.inquiry_id,
            case when kept.charge_number = 1 then customers.inquiry_id end
        ) as source_inquiry_id,
        coalesce(
            kept.email, invoices.customer_email, sessions_by_intent.email, sessions_by_invoice.email
        ) as email_raw,
        coalesce(kept.phone, sessions_by_intent.phone, sessions_by_invoice.phone) as phone_raw,
        kept.amount_kept as amount_original,
        kept.currency,
        kept.created_at as won_at,
        -- Given back in part, it is a smaller sale; given back whole, it is none.
        case when kept.amount_kept <= 0 then kept.last_loss_at end as cancelled_at

    from kept
    left join customers
        on kept.account = customers.account
        and kept.customer_id = customers.customer_id
    left join invoiced
        on kept.account = invoiced.account
        and kept.charge_id = invoiced.charge_id
    left join invoices
        on invoiced.account = invoices.account
        and invoiced.invoice_id = invoices.invoice_id
    left join sessions_by_intent
        on kept.account = sessions_by_intent.account
        and kept.payment_intent_id = sessions_by_intent.payment_intent_id
    left join sessions_by_invoice
        on invoiced.account = sessions_by_invoice.account
        and invoiced.invoice_id = sessions_by_invoice.invoice_id

)

select * from shaped
