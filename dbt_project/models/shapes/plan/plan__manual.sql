with

shaped as (

    select
        brand,
        'manual' as source,
        account,
        month,
        channel,
        spend,
        inquiries,
        leads,
        sales,
        revenue,
        upper(currency) as currency

    from {{ ref('stg_manual__plan') }}

)

select * from shaped
