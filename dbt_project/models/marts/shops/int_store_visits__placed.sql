{# What counters saw by the hour of the shop's own clock, outer doors alone, and what they say of themselves. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

visits as (

    select * from {{ ref('store_visits__unioned') }}
    where entrance_role = 'outer'

),

stores as (

    select * from {{ ref('stores__unioned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

clocks as (

    select brand, store, min(time_zone) as time_zone
    from stores
    group by brand, store

),

timed as (

    select
        visits.*,
        coalesce(clocks.time_zone, brands.time_zone, 'UTC') as time_zone

    from visits
    left join clocks
        on visits.brand = clocks.brand
        and visits.store = clocks.store
    left join brands on visits.brand = brands.brand

),

localised as (

    select
        *,
        {{ shop_time('from_local', 'from_offset_minutes', 'time_zone') }} as shop_time,
        -- A sick counter's zero is nothing; another number is what its vendor put in the place of it.
        coalesce(
            enters is null
            or status in ('missing', 'partial')
            or (status = 'doubtful' and enters = 0)
            -- Nobody knows how more than an hour falls on its hours.
            or {{ dbt.datediff('from_local', 'to_local', 'minute') }} > 60,
            false
        ) as is_missing

    from timed

),

placed as (

    select
        brand,
        store,
        coalesce(entrance, '') as entrance,
        cast(shop_time as date) as date,
        cast(extract(hour from shop_time) as integer) as hour,
        sum(enters) as enter_count,
        sum(staff_enters) as staff_count,
        sum(case when is_staff_excluded then enters else greatest(enters - coalesce(staff_enters, 0), 0) end)
            as visitor_count,
        bool_and(coalesce(is_staff_excluded, false) or staff_enters is not null) as is_net_of_staff,
        bool_or(is_missing) as is_missing,
        bool_or(status in ('doubtful', 'imputed')) as is_imputed

    from localised
    group by
        brand, store, coalesce(entrance, ''), cast(shop_time as date), cast(extract(hour from shop_time) as integer)

)

select * from placed
