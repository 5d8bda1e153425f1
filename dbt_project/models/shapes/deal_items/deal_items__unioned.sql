with

hubspot_items as (

    select * from {{ ref('int_line_items__kept') }}

),

hubspot_deals as (

    select * from {{ ref('stg_hubspot__deals') }}

),

manual_items as (

    select * from {{ ref('stg_manual__deal_items') }}

),

manual_deals as (

    select * from {{ ref('stg_manual__deals') }}

),

hubspot as (

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

),

-- Pipedrive knows no cost of a line that was sold.
pipedrive as (

    select
        brand,
        'pipedrive' as source,
        account,
        deal_id as source_deal_id,
        product_name as product,
        quantity,
        amount as amount_original,
        cast(null as decimal(20, 6)) as margin_original,
        upper(currency) as currency

    from {{ ref('stg_pipedrive__deal_products') }}
    where is_enabled is distinct from false

),

-- amoCRM keeps how many pieces a lead has; the price is the catalogue's present one.
amocrm as (

    select
        ties.brand,
        'amocrm' as source,
        ties.account,
        ties.lead_id as source_deal_id,
        products.name as product,
        ties.quantity,
        cast(ties.quantity * products.price as decimal(20, 6)) as amount_original,
        cast(null as decimal(20, 6)) as margin_original,
        upper(leads.currency) as currency

    from {{ ref('stg_amocrm__lead_products') }} as ties
    left join {{ ref('stg_amocrm__products') }} as products
        on ties.account = products.account
        and ties.product_id = products.product_id
    left join {{ ref('stg_amocrm__leads') }} as leads
        on ties.account = leads.account
        and ties.lead_id = leads.lead_id

),

-- The price of a row of Bitrix24 has its discount and its tax in it.
bitrix24 as (

    select
        items.brand,
        'bitrix24' as source,
        items.account,
        items.deal_id as source_deal_id,
        items.product_name as product,
        items.quantity,
        cast(items.quantity * items.price as decimal(20, 6)) as amount_original,
        cast(null as decimal(20, 6)) as margin_original,
        upper(deals.currency) as currency

    from {{ ref('stg_bitrix24__product_rows') }} as items
    left join {{ ref('stg_bitrix24__deals') }} as deals
        on items.account = deals.account
        and items.deal_id = deals.deal_id

),

salesforce as (

    select
        items.brand,
        'salesforce' as source,
        items.account,
        items.opportunity_id as source_deal_id,
        items.product_name as product,
        items.quantity,
        items.amount as amount_original,
        cast(null as decimal(20, 6)) as margin_original,
        upper(opportunities.currency) as currency

    from {{ ref('stg_salesforce__opportunity_products') }} as items
    left join {{ ref('stg_salesforce__opportunities') }} as opportunities
        on items.account = opportunities.account
        and items.opportunity_id = opportunities.opportunity_id
    where items.is_deleted is distinct from true

),

-- What an invoice paid in parts is about was bought with the first of its charges.
stripe_first_charges as (

    select
        deals.brand,
        deals.account,
        deals.source_deal_id,
        invoiced.invoice_id

    from {{ ref('deals__stripe') }} as deals
    inner join {{ ref('int_charges__invoiced') }} as invoiced
        on deals.account = invoiced.account
        and deals.source_deal_id = invoiced.charge_id
    qualify row_number() over (
        partition by invoiced.account, invoiced.invoice_id order by deals.created_at, deals.source_deal_id
    ) = 1

),

-- A line taken off an invoice before it was sent is missing from the newest version of the invoice.
stripe_lines as (

    select * from {{ ref('stg_stripe__invoice_lines') }}
    qualify updated_at = max(updated_at) over (partition by account, invoice_id)

),

stripe as (

    select
        charges.brand,
        'stripe' as source,
        charges.account,
        charges.source_deal_id,
        lines.description as product,
        lines.quantity,
        lines.amount as amount_original,
        cast(null as decimal(20, 6)) as margin_original,
        lines.currency

    from stripe_first_charges as charges
    inner join stripe_lines as lines
        on charges.account = lines.account
        and charges.invoice_id = lines.invoice_id

),

manual as (

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

),

unioned as (

    select * from hubspot
    union all
    select * from pipedrive
    union all
    select * from amocrm
    union all
    select * from bitrix24
    union all
    select * from salesforce
    union all
    select * from stripe
    union all
    select * from manual

),

-- A product may stand on several lines of one deal.
summed as (

    select
        brand,
        source,
        account,
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
