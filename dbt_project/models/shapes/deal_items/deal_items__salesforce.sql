with

shaped as (

    select
        items.brand,
        'salesforce' as source,
        items.account,
        items.opportunity_id as source_deal_id,
        -- Salesforce makes the line's own name out of the opportunity's and the product's.
        coalesce(products.name, items.product_name) as product,
        items.quantity,
        items.amount as amount_original,
        upper(opportunities.currency) as currency

    from {{ ref('stg_salesforce__opportunity_products') }} as items
    left join {{ ref('stg_salesforce__opportunities') }} as opportunities
        on items.account = opportunities.account
        and items.opportunity_id = opportunities.opportunity_id
    left join {{ ref('stg_salesforce__products') }} as products
        on items.account = products.account
        and items.product_id = products.product_id
    where items.is_deleted is distinct from true

)

select * from shaped
