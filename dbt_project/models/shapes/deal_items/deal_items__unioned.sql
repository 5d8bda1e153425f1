with

unioned as (

    {{ in_one_shape('deal_items', [
        ref('deal_items__hubspot'),
        ref('deal_items__pipedrive'),
        ref('deal_items__amocrm'),
        ref('deal_items__bitrix24'),
        ref('deal_items__salesforce'),
        ref('deal_items__stripe'),
        ref('deal_items__manual'),
    ]) }}

),

-- A product may stand on several lines of one deal.
summed as (

    select
        brand,
        source,
        account,
        source_deal_id,
        {{ stable_id(['brand', 'source', 'account', 'source_deal_id']) }} as deal_id,
        coalesce(product, 'unknown') as product,
        cast(sum(quantity) as decimal(20, 6)) as quantity,
        cast(sum(amount_original) as decimal(20, 6)) as amount_original,
        cast(sum(margin_original) as decimal(20, 6)) as margin_original,
        currency

    from unioned
    group by brand, source, account, source_deal_id, coalesce(product, 'unknown'), currency

)

select * from summed
