with

-- Pipedrive knows no cost of a line that was sold.
shaped as (

    select
        brand,
        'pipedrive' as source,
        account,
        deal_id as source_deal_id,
        product_name as product,
        quantity,
        amount as amount_original,
        upper(currency) as currency

    from {{ ref('stg_pipedrive__deal_products') }}
    where is_enabled is distinct from false
        and deal_product_id is not null

)

select * from shaped
