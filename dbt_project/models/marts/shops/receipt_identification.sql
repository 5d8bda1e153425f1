with

receipts as (

    select * from {{ ref('int_receipts__evidenced') }}
    where is_sale

),

counted as (

    select
        brand,
        cast({{ dbt.date_trunc('month', 'date') }} as date) as month,
        store,
        coalesce(employee, '') as employee,
        count(*) as receipt_count,
        count(case when has_card then 1 end) as with_card_count,
        count(case when has_code then 1 end) as with_code_count,
        count(case when has_contact then 1 end) as with_contact_count,
        count(case when has_card or has_code or has_contact then 1 end) as identified_count,
        count(person_id) as known_person_count,
        cast(coalesce(sum(revenue), 0) as decimal(20, 6)) as sold_amount,
        cast(
            coalesce(sum(case when has_card or has_code or has_contact then 0 else revenue end), 0) as decimal(20, 6)
        ) as unidentified_amount,
        min(currency) as currency

    from receipts
    group by brand, cast({{ dbt.date_trunc('month', 'date') }} as date), store, coalesce(employee, '')

),

shared as (

    select
        brand,
        month,
        store,
        employee,
        receipt_count,
        with_card_count,
        with_code_count,
        with_contact_count,
        identified_count,
        known_person_count,
        cast(identified_count as double) / receipt_count as identified_share,
        sold_amount,
        unidentified_amount,
        currency

    from counted

)

select * from shared
