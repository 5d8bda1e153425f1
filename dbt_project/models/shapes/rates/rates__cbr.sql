with

-- The Bank of Russia prices all in roubles, the euro too: its price leads from one to the other.
roubles as (

    select
        upper(currency) as currency,
        rate_date,
        roubles_per_unit,
        max(case when upper(currency) = 'EUR' then roubles_per_unit end) over (
            partition by account, rate_date
        ) as roubles_per_euro,
        landed_at

    from {{ ref('stg_cbr__rates') }}

),

shaped as (

    select
        'cbr' as source,
        case when currency = 'EUR' then 'RUB' else currency end as currency,
        rate_date,
        case
            when currency = 'EUR' then roubles_per_euro
            else cast(roubles_per_euro / roubles_per_unit as decimal(20, 10))
        end as units_per_euro,
        landed_at

    from roubles
    where roubles_per_euro is not null

)

select * from shaped
