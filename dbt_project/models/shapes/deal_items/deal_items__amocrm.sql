with

-- amoCRM keeps how many pieces a lead has; the price is the catalogue's present one.
shaped as (

    select
        ties.brand,
        'amocrm' as source,
        ties.account,
        ties.lead_id as source_deal_id,
        products.name as product,
        ties.quantity,
        cast(ties.quantity * products.price as decimal(20, 6)) as amount_original,
        upper(leads.currency) as currency

    from {{ ref('stg_amocrm__lead_products') }} as ties
    left join {{ ref('stg_amocrm__products') }} as products
        on ties.account = products.account
        and ties.product_id = products.product_id
    left join {{ ref('stg_amocrm__leads') }} as leads
        on ties.account = leads.account
        and ties.lead_id = leads.lead_id
    where ties.product_id is not null

)

select * from shaped
