with

manual_items as (

    select * from {{ ref('stg_manual__deal_items') }}

),

manual_deals as (

    select * from {{ ref('stg_manual__deals') }}

),

shaped as (

    select
        manual_items.brand,
        'manual' as source,
        manual_items.account,
        manual_items.deal_id as source_deal_id,
        manual_items.product,
        manual_items.quantity,
        manual_items.amount as amount_original,
        manual_items.margin as margin_original,
        upper(manual_deals.currency) as currency

    from manual_items
    left join manual_deals
        on manual_items.account = manual_deals.account
        and manual_items.brand = manual_deals.brand
        and manual_items.deal_id = manual_deals.deal_id

)

select * from shaped
