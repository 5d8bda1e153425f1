with

invoiced as (

    select account, charge_id, invoice_id from {{ ref('int_charges__invoiced') }}
    union all
    select account, invoice_id as charge_id, invoice_id from {{ ref('int_invoices__paid_elsewhere') }}

),

-- What an invoice paid in parts is about was bought with the first of its charges.
stripe_first_charges as (

    select
        deals.brand,
        deals.account,
        deals.source_deal_id,
        invoiced.invoice_id

    from {{ ref('deals__stripe') }} as deals
    inner join invoiced
        on deals.account = invoiced.account
        and deals.source_deal_id = invoiced.charge_id
    qualify row_number() over (
        partition by invoiced.account, invoiced.invoice_id order by deals.created_at, deals.source_deal_id
    ) = 1

),

-- A line taken off an invoice before it was sent is missing from the newest version of the invoice.
stripe_lines as (

    select * from {{ ref('stg_stripe__invoice_lines') }}
    qualify updated_at = max(updated_at) over (partition by account, invoice_id)

),

shaped as (

    select
        charges.brand,
        'stripe' as source,
        charges.account,
        charges.source_deal_id,
        lines.description as product,
        lines.quantity,
        lines.amount as amount_original,
        lines.currency

    from stripe_first_charges as charges
    inner join stripe_lines as lines
        on charges.account = lines.account
        and charges.invoice_id = lines.invoice_id
    where lines.line_id is not null

)

select * from shaped
