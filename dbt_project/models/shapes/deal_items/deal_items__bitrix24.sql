with

-- The price of a row of Bitrix24 has its discount and its tax in it.
shaped as (

    select
        items.brand,
        'bitrix24' as source,
        items.account,
        items.deal_id as source_deal_id,
        items.product_name as product,
        items.quantity,
        cast(items.quantity * items.price as decimal(20, 6)) as amount_original,
        upper(deals.currency) as currency

    from {{ ref('stg_bitrix24__product_rows') }} as items
    left join {{ ref('stg_bitrix24__deals') }} as deals
        on items.account = deals.account
        and items.deal_id = deals.deal_id
    where items.product_row_id is not null

)

select * from shaped
