with

sales as (

    select * from {{ ref('int_sales__built') }}

),

published as (

    select
        brand,
        sale_id,
        person_id,
        lead_id,
        lead_matched_by,
        source,
        account,
        source_deal_id,
        sold_at,
        sale_date,
        revenue,
        margin,
        revenue_returned,
        currency,
        revenue_original,
        margin_original,
        currency_original,
        is_rate_missing,
        coalesce(is_imported, false) as is_imported,
        stage_decided_by,
        is_first_sale,
        is_cancelled,
        cancelled_at,
        cancelled_date,
        created_at,
        qualified_at,
        opportunity_at

    from sales

)

select * from published
