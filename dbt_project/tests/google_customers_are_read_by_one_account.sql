{# A customer listed itself and read below its manager too would be paid for twice: take one out of accounts.yml. #}

with

days as (

    select distinct
        customer_id,
        spend_date,
        account

    from {{ ref('stg_google_ads__campaign_days') }}

),

read_twice as (

    select
        customer_id,
        spend_date,
        count(*) as account_count

    from days
    group by customer_id, spend_date

)

select * from read_twice
where account_count > 1
