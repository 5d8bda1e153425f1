with

charges as (

    select * from {{ ref('stg_stripe__charges') }}

),

payments as (

    select * from {{ ref('stg_stripe__invoice_payments') }}

),

-- A payment names the charge, or the intent under which it was charged; older charges name the invoice themselves.
matches as (

    select
        account,
        charge_id,
        invoice_id
    from charges
    where invoice_id is not null

    union

    select
        charges.account,
        charges.charge_id,
        payments.invoice_id
    from charges
    inner join payments
        on charges.account = payments.account
        and charges.charge_id = payments.charge_id

    union

    select
        charges.account,
        charges.charge_id,
        payments.invoice_id
    from charges
    inner join payments
        on charges.account = payments.account
        and charges.payment_intent_id = payments.payment_intent_id

),

invoiced as (

    select * from matches
    qualify row_number() over (partition by account, charge_id order by invoice_id) = 1

)

select * from invoiced
