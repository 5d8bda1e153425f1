with

manual_receipts as (

    select * from {{ ref('stg_manual__receipts') }}

),

shaped as (

    select
        brand,
        'manual' as source,
        account,
        store,
        till,
        receipt_id as source_receipt_id,
        returned_receipt_id as source_returned_receipt_id,
        -- A till that names no kinds takes back with a minus sign.
        coalesce(kind, case when amount < 0 then 'return' else 'sale' end) as kind,
        sold_local,
        sold_offset_minutes,
        case when money_in = 'minor' then {{ major_units('amount', 'currency') }} else amount end as amount_original,
        case when money_in = 'minor' then {{ major_units('margin', 'currency') }} else margin end as margin_original,
        upper(currency) as currency,
        loyalty_card,
        email as email_raw,
        phone as phone_raw,
        trim(employee) as employee,
        -- A customer types it in any case.
        upper(trim(promotion_code)) as promotion_code,
        self_reported_source

    from manual_receipts

)

select * from shaped
