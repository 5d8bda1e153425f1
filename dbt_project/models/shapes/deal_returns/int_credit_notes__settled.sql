with

notes as (

    select * from {{ ref('stg_stripe__credit_notes') }}
    where status is distinct from 'void'

),

-- Where nothing says how it went back, it went back outside Stripe.
settled as (

    select
        *,
        case
            when outside_amount is not null then outside_amount
            when balance_transaction_id is not null or is_refunded then 0
            when post_payment_amount is not null then post_payment_amount
            when type = 'pre_payment' then 0
            else amount
        end as returned_outside

    from notes

)

select * from settled
