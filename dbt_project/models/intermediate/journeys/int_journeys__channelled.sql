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
        conversion_number as journey_number,
        true as is_converted,
        previous_channel,
        channel,
        next_channel

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

people as (

    select
        brand,
        person_id,
        row_number() over (order by brand, person_id) as person_number,
        max(touched_at) as last_touched_at

    from touchpoints
    where person_id is not null
    group by brand, person_id

),

-- Who has bought is on the way to a repeat sale, everybody else to a first one. What comes after a conversion ends with
-- the person's last touch of all, so that the window is the same for every type.
open_touches as (

    select
        people.brand,
        people.person_number,
        lookback_windows.conversion_type,
        touchpoints.touched_at,
        touchpoints.touchpoint_id,
        touchpoints.channel

    from touchpoints
    inner join people
        on touchpoints.brand = people.brand
        and touchpoints.person_id = people.person_id
    left join last_conversions
        on people.brand = last_conversions.brand
        and people.person_id = last_conversions.person_id
    cross join lookback_windows
    where touchpoints.touched_at >= {{ dbt.dateadd('day', '-lookback_windows.days', 'people.last_touched_at') }}
        and case lookback_windows.conversion_type
            when 'lead' then coalesce(touchpoints.touched_at > last_conversions.last_lead_at, true)
            when 'qualified_lead' then coalesce(touchpoints.touched_at > last_conversions.last_qualified_at, true)
            when 'first_sale' then last_conversions.last_sale_at is null
            else touchpoints.touched_at > last_conversions.last_sale_at
        end

),

not_converted as (

    select
        brand,
        conversion_type,
        -person_number as journey_number,
        false as is_converted,
        lag(channel) over journey as previous_channel,
        channel,
        lead(channel) over journey as next_channel

    from open_touches
    window journey as (partition by person_number, conversion_type order by touched_at, touchpoint_id)

),

channelled as (

    select * from converted
    union all
    select * from not_converted

)

select * from channelled
