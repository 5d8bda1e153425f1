with

published as (

    select * from {{ ref('rates__unioned') }}

),

rates as (

    select
        source,
        currency,
        rate_date,
        units_per_euro

    from published
    where rate_date <= {{ as_of_day() }}
        -- Nothing is worth nothing; the day before stands in.
        and units_per_euro > 0
    -- Two accounts may land the same table of rates.
    qualify row_number() over (partition by source, currency, rate_date order by landed_at desc) = 1

),

spans as (

    select
        source,
        currency,
        rate_date as published_date,
        units_per_euro,
        -- A rate holds until the next one, and over holidays; not for ever, since a currency may leave the list.
        least(
            coalesce(
                lead(rate_date) over (partition by source, currency order by rate_date) - 1,
                {{ as_of_day() }}
            ),
            rate_date + {{ var('rate_carry_days') }},
            {{ as_of_day() }}
        ) as last_date

    from rates

),

each_day as (

    select
        source,
        currency,
        {{ days_between('published_date', 'last_date') }} as rate_date,
        published_date,
        units_per_euro

    from spans

),

-- The European Central Bank comes first, with a carried rate too: a currency does not change its bank over a weekend.
days as (

    select * from each_day
    qualify row_number() over (
        partition by currency, rate_date order by case when source = 'ecb' then 0 else 1 end
    ) = 1

),

euro as (

    select distinct rate_date
    from days

),

carried as (

    select
        currency,
        rate_date,
        source,
        published_date,
        units_per_euro,
        cast(1 as double) / units_per_euro as rate_to_eur,
        published_date < rate_date as is_carried

    from days

    union all

    select
        'EUR' as currency,
        rate_date,
        cast(null as varchar) as source,
        rate_date as published_date,
        cast(1 as decimal(20, 10)) as units_per_euro,
        cast(1 as double) as rate_to_eur,
        false as is_carried

    from euro

)

select * from carried
