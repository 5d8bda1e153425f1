{# A customer that is listed itself and read below its manager too would be paid for twice. Of each of its days the rows
   of one account count: of its own, else of the first by name; the others stand here. #}

with

days as (

    select
        brand,
        account,
        customer_id,
        spend_date,
        sum(cost) as spend_original

    from {{ ref('stg_google_ads__campaign_days') }}
    group by brand, account, customer_id, spend_date

),

judged as (

    select
        *,
        {{ account_that_counts('customer_id, spend_date') }} as kept_account

    from days

)

select * from judged
where account <> kept_account
