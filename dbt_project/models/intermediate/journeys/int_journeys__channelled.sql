{# Every journey towards every type of conversion, also those that have led nowhere yet. A journey that led nowhere is
   what a person did since the last conversion of the type, as far back from its last touch as the window reaches. #}

with

eligible as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

lookback_windows as (

    select * from {{ ref('int_lookback_windows__resolved') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}

),

converted as (

    select
        brand,
        conversion_type,
        conversion_id as journey_id,
        true as is_converted,
        touch_number,
        channel

    from eligible

),

last_conversions as (

    select
        brand,
        person_id,
        max(case when conversion_type = 'lead' then converted_at end) as last_lead_at,
        max(case when conversion_type = 'qualified_lead' then converted_at end) as last_qualified_at,
        max(case when conversion_type in ('first_sale', 'repeat_sale') then converted_at end) as last_sale_at

    from conversions
    group by brand, person_id

),

-- Who has bought is on the way to a repeat sale, everybody else to a first one.
open_touches as (

    select
        touchpoints.brand,
        touchpoints.person_id,
        touchpoints.touchpoint_id,
        touchpoints.touched_at,
        touchpoints.channel,
        lookback_windows.conversion_type,
        lookback_windows.days

    from touchpoints
    cross join lookback_windows
    left join last_conversions
        on touchpoints.brand = last_conversions.brand
        and touchpoints.person_id = last_conversions.person_id
    where touchpoints.person_id is not null
        and case lookback_windows.conversion_type
            when 'lead' then coalesce(touchpoints.touched_at > last_conversions.last_lead_at, true)
            when 'qualified_lead' then coalesce(touchpoints.touched_at > last_conversions.last_qualified_at, true)
            when 'first_sale' then last_conversions.last_sale_at is null
            else touchpoints.touched_at > last_conversions.last_sale_at
        end

),

last_touches as (

    select
        brand,
        person_id,
        conversion_type,
        max(touched_at) as last_touched_at

    from open_touches
    group by brand, person_id, conversion_type

),

not_converted as (

    select
        open_touches.brand,
        open_touches.conversion_type,
        open_touches.brand || '|' || open_touches.person_id as journey_id,
        false as is_converted,
        row_number() over (
            partition by open_touches.brand, open_touches.person_id, open_touches.conversion_type
            order by open_touches.touched_at, open_touches.touchpoint_id
        ) as touch_number,
        open_touches.channel

    from open_touches
    inner join last_touches
        on open_touches.brand = last_touches.brand
        and open_touches.person_id = last_touches.person_id
        and open_touches.conversion_type = last_touches.conversion_type
    where open_touches.touched_at
        >= {{ dbt.dateadd('day', '-open_touches.days', 'last_touches.last_touched_at') }}

),

channelled as (

    select * from converted
    union all
    select * from not_converted

)

select * from channelled
