with

charges as (

    select
        brand,
        account,
        charge_id,
        amount_captured,
        -- What was authorised and not captured is counted as given back, though nobody ever paid it.
        amount_captured - least(
            amount_captured, coalesce(amount, amount_captured) - coalesce(amount_refunded, 0)
        ) as amount_returned,
        refunded_since_at

    from {{ ref('stg_stripe__charges') }}
    where status = 'succeeded'
        and is_paid
        and amount_captured > 0

),

refunds as (

    select
        refunds.account,
        refunds.charge_id,
        refunds.refund_id,
        refunds.amount,
        refunds.created_at,
        sum(refunds.amount) over (
            partition by refunds.account, refunds.charge_id
            order by refunds.created_at, refunds.refund_id
            rows between unbounded preceding and current row
        ) as amount_so_far,
        sum(refunds.amount) over (partition by refunds.account, refunds.charge_id) as amount_of_all

    from {{ ref('stg_stripe__refunds') }} as refunds
    where coalesce(refunds.status, 'succeeded') not in ('failed', 'canceled')

),

-- Where the refunds are more than the charge says was given back, the first of them let go what was never captured.
dated_refunds as (

    select
        charges.brand,
        charges.account,
        charges.charge_id,
        coalesce(refunds.created_at, charges.refunded_since_at) as returned_at,
        greatest(
            refunds.amount_so_far - greatest(refunds.amount_of_all - charges.amount_returned, 0), 0
        ) - greatest(
            refunds.amount_so_far - refunds.amount - greatest(refunds.amount_of_all - charges.amount_returned, 0), 0
        ) as amount

    from charges
    inner join refunds
        on charges.account = refunds.account
        and charges.charge_id = refunds.charge_id

),

known as (

    select
        account,
        charge_id,
        sum(amount) as amount

    from dated_refunds
    group by account, charge_id

),

-- What the charge says was given back, and no refund that may be read: known since the charge says so much.
undated as (

    select
        charges.brand,
        charges.account,
        charges.charge_id,
        charges.refunded_since_at as returned_at,
        charges.amount_returned - coalesce(known.amount, 0) as amount

    from charges
    left join known
        on charges.account = known.account
        and charges.charge_id = known.charge_id

),

lost_disputes as (

    select
        charges.brand,
        charges.account,
        charges.charge_id,
        disputes.lost_at as returned_at,
        disputes.amount

    from charges
    inner join {{ ref('stg_stripe__disputes') }} as disputes
        on charges.account = disputes.account
        and charges.charge_id = disputes.charge_id
    where disputes.status = 'lost'

),

-- What somebody was paid for, and how much: charges, and invoices that were paid elsewhere.
paid as (

    select
        brand,
        account,
        charge_id,
        amount_captured as amount_paid

    from charges

    union all

    select
        brand,
        account,
        invoice_id as charge_id,
        amount_paid

    from {{ ref('int_invoices__paid_elsewhere') }}

),

-- A note names its invoice, and a refund in cash beside a charge is one of that charge.
credited as (

    select
        paid.brand,
        paid.account,
        paid.charge_id,
        notes.issued_at as returned_at,
        notes.returned_outside as amount

    from {{ ref('int_credit_notes__settled') }} as notes
    left join {{ ref('int_charges__invoiced') }} as invoiced
        on notes.account = invoiced.account
        and notes.invoice_id = invoiced.invoice_id
    inner join paid
        on notes.account = paid.account
        and coalesce(invoiced.charge_id, notes.invoice_id) = paid.charge_id
    qualify row_number() over (
        partition by notes.account, notes.credit_note_id order by paid.amount_paid desc, paid.charge_id
    ) = 1

),

unioned as (

    select * from dated_refunds
    union all
    select * from undated
    union all
    select * from lost_disputes
    union all
    select * from credited

),

by_moment as (

    select
        brand,
        account,
        charge_id,
        returned_at,
        sum(amount) as amount

    from unioned
    where amount > 0
    group by brand, account, charge_id, returned_at

),

added as (

    select
        by_moment.*,
        paid.amount_paid,
        sum(by_moment.amount) over (
            partition by by_moment.account, by_moment.charge_id
            order by by_moment.returned_at
            rows between unbounded preceding and current row
        ) as amount_so_far

    from by_moment
    inner join paid
        on by_moment.account = paid.account
        and by_moment.charge_id = paid.charge_id

),

-- A refund and a lost dispute together give back no more than was paid.
shaped as (

    select
        brand,
        'stripe' as source,
        account,
        charge_id as source_deal_id,
        returned_at,
        least(amount_so_far, amount_paid)
        - least(amount_so_far - amount, amount_paid) as amount_original

    from added
    where amount_so_far - amount < amount_paid

)

select * from shaped
