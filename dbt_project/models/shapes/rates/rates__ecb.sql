with

shaped as (

    select
        'ecb' as source,
        upper(currency) as currency,
        rate_date,
        units_per_euro,
        landed_at

    from {{ ref('stg_ecb__rates') }}

)

select * from shaped
