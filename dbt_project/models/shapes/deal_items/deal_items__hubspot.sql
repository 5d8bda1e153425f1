with

hubspot_items as (

    select * from {{ ref('int_line_items__kept') }}

),

hubspot_deals as (

    select * from {{ ref('stg_hubspot__deals') }}

),

shaped as (

    select
        hubspot_items.brand,
        'hubspot' as source,
        hubspot_items.account,
        hubspot_items.deal_id as source_deal_id,
        coalesce(hubspot_items.product_name, hubspot_items.sku) as product,
        hubspot_items.quantity,
        hubspot_items.amount as amount_original,
        hubspot_items.amount - hubspot_items.cost_of_goods as margin_original,
        upper(coalesce(hubspot_items.currency, hubspot_deals.currency)) as currency

    from hubspot_items
    left join hubspot_deals
        on hubspot_items.account = hubspot_deals.account
        and hubspot_items.deal_id = hubspot_deals.deal_id
    where hubspot_items.deal_id is not null

)

select * from shaped
