with

manual_items as (

    select * from {{ ref('stg_manual__receipt_items') }}

),

manual_receipts as (

    select * from {{ ref('stg_manual__receipts') }}

),

-- Money of a line is as that of its receipt is.
shaped as (

    select
        manual_items.brand,
        'manual' as source,
        manual_items.account,
        manual_items.store,
        manual_items.till,
        manual_items.receipt_id as source_receipt_id,
        manual_items.line_number,
        manual_items.product,
        manual_items.quantity,
        case
            when manual_receipts.money_in = 'minor'
                then {{ major_units('manual_items.amount', 'manual_receipts.currency') }}
            else manual_items.amount
        end as amount_original,
        case
            when manual_receipts.money_in = 'minor'
                then {{ major_units('manual_items.margin', 'manual_receipts.currency') }}
            else manual_items.margin
        end as margin_original

    from manual_items
    left join manual_receipts
        on manual_items.account = manual_receipts.account
        and manual_items.brand = manual_receipts.brand
        and manual_items.store = manual_receipts.store
        and coalesce(manual_items.till, '') = coalesce(manual_receipts.till, '')
        and manual_items.receipt_id = manual_receipts.receipt_id

)

select * from shaped
