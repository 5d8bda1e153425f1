{# Whether the counter of a door was alive in an hour. A zero while people came by another door or bought is no zero: it
   is missing; so is an open hour that nobody told of. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

visits as (

    select * from {{ ref('int_store_visits__placed') }}

),

receipts as (

    select * from {{ ref('int_receipts__placed') }}
    where is_sale

),

opened as (

    select * from {{ ref('int_store_hours__opened') }}

),

entrances as (

    select brand, store, entrance, min(date) as first_date
    from visits
    group by brand, store, entrance

),

expected as (

    select
        entrances.brand,
        entrances.store,
        entrances.entrance,
        opened.date,
        opened.hour

    from entrances
    inner join opened
        on entrances.brand = opened.brand
        and entrances.store = opened.store
        and entrances.first_date <= opened.date
    where opened.is_open

),

hours as (

    select brand, store, entrance, date, hour from expected
    union
    select brand, store, entrance, date, hour from visits

),

sold_hours as (

    select brand, store, date, hour, count(*) as receipt_count
    from receipts
    group by brand, store, date, hour

),

sold_days as (

    select brand, store, date, count(*) as receipt_count
    from receipts
    group by brand, store, date

),

seen as (

    select
        hours.brand,
        hours.store,
        hours.entrance,
        hours.date,
        hours.hour,
        opened.is_open,
        visits.enter_count,
        visits.staff_count,
        visits.visitor_count,
        visits.is_net_of_staff,
        visits.is_imputed,
        coalesce(visits.is_missing, true) as is_missing,
        -- Where nobody says when the shop is open, it is while it sells.
        coalesce(opened.is_open, sold_hours.receipt_count is not null) as is_selling,
        coalesce(sold_hours.receipt_count, 0) as receipts_in_hour,
        coalesce(sold_days.receipt_count, 0) as receipts_on_day,
        coalesce(sum(visits.enter_count) over store_hour, 0) - coalesce(visits.enter_count, 0) as others_in_hour,
        coalesce(sum(visits.enter_count) over store_day, 0) as all_on_day,
        coalesce(sum(visits.enter_count) over entrance_day, 0) as own_on_day

    from hours
    left join visits
        on hours.brand = visits.brand
        and hours.store = visits.store
        and hours.entrance = visits.entrance
        and hours.date = visits.date
        and hours.hour = visits.hour
    left join opened
        on hours.brand = opened.brand
        and hours.store = opened.store
        and hours.date = opened.date
        and hours.hour = opened.hour
    left join sold_hours
        on hours.brand = sold_hours.brand
        and hours.store = sold_hours.store
        and hours.date = sold_hours.date
        and hours.hour = sold_hours.hour
    left join sold_days
        on hours.brand = sold_days.brand
        and hours.store = sold_days.store
        and hours.date = sold_days.date
    window
        store_hour as (partition by hours.brand, hours.store, hours.date, hours.hour),
        store_day as (partition by hours.brand, hours.store, hours.date),
        entrance_day as (partition by hours.brand, hours.store, hours.date, hours.entrance)

),

judged as (

    select
        brand,
        store,
        entrance,
        date,
        hour,
        is_open,
        enter_count,
        staff_count,
        visitor_count,
        is_net_of_staff,
        case
            when is_missing then 'missing'
            when enter_count = 0 and is_selling and others_in_hour + receipts_in_hour > 0 then 'missing'
            -- A door of nobody for a whole day on which others came or bought has a dead counter.
            when enter_count = 0 and is_selling and own_on_day = 0 and all_on_day + receipts_on_day > 0 then 'missing'
            when is_imputed then 'imputed'
            else 'counted'
        end as counter_state

    from seen

)

select * from judged
