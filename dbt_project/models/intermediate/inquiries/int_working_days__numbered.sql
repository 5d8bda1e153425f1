with

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

working_hours as (

    select * from {{ ref('stg_rules__working_hours') }}

),

-- The country's days off, and the brand's own.
holidays as (

    select brand, holiday from {{ source('steps', 'public_holidays') }}
    union
    select brand, holiday from {{ ref('stg_rules__holidays') }}

),

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

-- A day before the first, since a day of the brand is not a day of UTC; to the end of the month, to pace it.
span as (

    select
        cast(date_trunc('month', coalesce(min(occurred_at), {{ as_of_day() }}) - interval 1 day) as date) as first_day,
        cast(date_trunc('month', {{ as_of_day() }}) + interval 1 month + interval 7 day as date) as last_day

    from inquiries

),

days as (

    select {{ days_between('first_day', 'last_day') }} as working_day
    from span

),

brand_days as (

    select
        brands.brand,
        brands.time_zone,
        days.working_day,
        {{ iso_weekday('days.working_day') }} as weekday

    from brands
    cross join days

),

-- Hours of the brand, where it has any, replace those of all.
brand_hours as (

    select
        brands.brand,
        working_hours.weekday,
        working_hours.opens_at,
        working_hours.closes_at

    from brands
    inner join working_hours
        on working_hours.brand = brands.brand
        or (
            working_hours.brand is null
            and brands.brand not in (select brand from working_hours where brand is not null)
        )

),

opened as (

    select
        brand_days.brand,
        brand_days.time_zone,
        brand_days.working_day,
        {{ minute_of_day('brand_hours.opens_at') }} as opens_minute,
        {{ minute_of_day('brand_hours.closes_at') }} as closes_minute,
        brand_hours.weekday is not null
        and not exists (
            select 1 from holidays
            where holidays.holiday = brand_days.working_day
                and (holidays.brand is null or holidays.brand = brand_days.brand)
        ) as is_working_day

    from brand_days
    left join brand_hours
        on brand_days.brand = brand_hours.brand
        and brand_days.weekday = brand_hours.weekday

),

-- In UTC a day on which the clocks change has its true length.
dated as (

    select
        brand,
        working_day,
        is_working_day,
        case
            when is_working_day
                then {{ utc_time(day_at_minute('working_day', 'opens_minute'), 'time_zone') }}
        end as opens_at,
        case
            when is_working_day
                then {{ utc_time(day_at_minute('working_day', 'greatest(closes_minute, opens_minute)'), 'time_zone') }}
        end as closes_at

    from opened

),

measured as (

    select
        brand,
        working_day,
        is_working_day,
        opens_at,
        closes_at,
        coalesce({{ dbt.datediff('opens_at', 'closes_at', 'second') }}, 0) as open_seconds

    from dated

),

numbered as (

    select
        *,
        sum(open_seconds) over (partition by brand order by working_day) - open_seconds as seconds_before

    from measured

)

select * from numbered
