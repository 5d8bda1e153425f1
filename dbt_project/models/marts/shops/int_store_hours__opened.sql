{# The hours in which a shop is open by its weekly hours, from its first day with a counter or a till to its last. An hour
   that is open in part is one. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

stores as (

    select * from {{ ref('stores__unioned') }}

),

receipts as (

    select * from {{ ref('int_receipts__placed') }}

),

visits as (

    select * from {{ ref('int_store_visits__placed') }}

),

seen as (

    select brand, store, date from receipts
    union
    select brand, store, date from visits

),

spans as (

    select
        brand,
        store,
        min(date) as first_date,
        least(max(date), {{ as_of_day() }}) as last_date

    from seen
    group by brand, store

),

days as (

    select
        brand,
        store,
        {{ days_between('first_date', 'last_date') }} as date

    from spans

),

weekdays as (

    select brand, store, 1 as weekday, monday as hours from stores
    union all
    select brand, store, 2 as weekday, tuesday as hours from stores
    union all
    select brand, store, 3 as weekday, wednesday as hours from stores
    union all
    select brand, store, 4 as weekday, thursday as hours from stores
    union all
    select brand, store, 5 as weekday, friday as hours from stores
    union all
    select brand, store, 6 as weekday, saturday as hours from stores
    union all
    select brand, store, 7 as weekday, sunday as hours from stores

),

said as (

    select
        brand,
        store,
        weekday,
        {{ opening_minute('hours', 1) }} as opens_minute,
        {{ opening_minute('hours', 2) }} as closes_minute

    from weekdays
    where hours is not null

),

clock as (

    select {{ numbers_to(24) }} - 1 as hour

),

opened as (

    select
        days.brand,
        days.store,
        days.date,
        clock.hour,
        coalesce(bool_or(said.opens_minute < (clock.hour + 1) * 60 and said.closes_minute > clock.hour * 60), false)
            as is_open

    from days
    inner join said
        on days.brand = said.brand
        and days.store = said.store
        and {{ iso_weekday('days.date') }} = said.weekday
    cross join clock
    group by days.brand, days.store, days.date, clock.hour

)

select * from opened
