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

returned as (

    select
        account,
        source_deal_id as charge_id,
        sum(amount_original) as amount_returned,
        max(returned_at) as last_returned_at

    from {{ ref('deal_returns__stripe') }}
    group by account, source_deal_id

),

-- Stripe's charges, and the invoices that somebody marked as paid in another way.
paid as (

    select
        charges.brand,
        charges.account,
        charges.charge_id as source_deal_id,
        charges.charge_id,
        cast(null as varchar) as invoice_id,
        charges.created_at,
        -- Money that was authorised only is not earned before it is captured.
        coalesce(charges.captured_at, charges.created_at) as won_at,
        charges.updated_at,
        charges.customer_id,
        charges.payment_intent_id,
        charges.inquiry_id,
        charges.email,
        charges.phone,
        charges.currency,
        charges.amount_captured as amount_paid,
        coalesce(returned.amount_returned, 0) as amount_returned,
        returned.last_returned_at

    from charges
    left join returned
        on charges.account = returned.account
        and charges.charge_id = returned.charge_id

    union all

    select
        elsewhere.brand,
        elsewhere.account,
        elsewhere.invoice_id as source_deal_id,
        cast(null as varchar) as charge_id,
        elsewhere.invoice_id,
        elsewhere.created_at,
        elsewhere.paid_at as won_at,
        elsewhere.updated_at,
        elsewhere.customer_id,
        cast(null as varchar) as payment_intent_id,
        elsewhere.inquiry_id,
        elsewhere.customer_email as email,
        cast(null as varchar) as phone,
        elsewhere.currency,
        elsewhere.amount_paid,
        coalesce(returned.amount_returned, 0) as amount_returned,
        returned.last_returned_at

    from {{ ref('int_invoices__paid_elsewhere') }} as elsewhere
    left join returned
        on elsewhere.account = returned.account
        and elsewhere.invoice_id = returned.charge_id

),

numbered as (

    select
        *,
        row_number() over (
            partition by account, customer_id order by won_at, source_deal_id
        ) as payment_number

    from paid

),

shaped as (

    select
        numbered.brand,
        'stripe' as source,
        numbered.account,
        numbered.source_deal_id,
        numbered.created_at,
        numbered.updated_at,
        numbered.customer_id as source_contact_id,
        -- What a customer was made for is what he paid first, not the renewals after it.
        coalesce(
            numbered.inquiry_id,
            invoices.inquiry_id,
            sessions_by_intent.inquiry_id,
            sessions_by_invoice.inquiry_id,
            case when numbered.payment_number = 1 then customers.inquiry_id end
        ) as source_inquiry_id,
        coalesce(
            numbered.email, invoices.customer_email, sessions_by_intent.email, sessions_by_invoice.email
        ) as email_raw,
        coalesce(numbered.phone, sessions_by_intent.phone, sessions_by_invoice.phone) as phone_raw,
        -- Given back in part, it is a smaller sale; given back whole, it is a cancelled one that keeps its day.
        case
            when numbered.amount_returned >= numbered.amount_paid then numbered.amount_paid
            else numbered.amount_paid - numbered.amount_returned
        end as amount_original,
        case
            when numbered.amount_returned < numbered.amount_paid then nullif(numbered.amount_returned, 0)
        end as returned_original,
        numbered.currency,
        numbered.won_at,
        case when numbered.amount_returned >= numbered.amount_paid then numbered.last_returned_at end as cancelled_at,
        'vendor' as stage_decided_by

    from numbered
    left join customers
        on numbered.account = customers.account
        and numbered.customer_id = customers.customer_id
    left join invoiced
        on numbered.account = invoiced.account
        and numbered.charge_id = invoiced.charge_id
    left join invoices
        on numbered.account = invoices.account
        and coalesce(numbered.invoice_id, invoiced.invoice_id) = invoices.invoice_id
    left join sessions_by_intent
        on numbered.account = sessions_by_intent.account
        and numbered.payment_intent_id = sessions_by_intent.payment_intent_id
    left join sessions_by_invoice
        on numbered.account = sessions_by_invoice.account
        and coalesce(numbered.invoice_id, invoiced.invoice_id) = sessions_by_invoice.invoice_id

)

select * from shaped
