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

ordered as (

    select
        people.brand,
        people.person_number,
        people.last_touched_at,
        last_conversions.last_lead_at,
        last_conversions.last_qualified_at,
        last_conversions.last_sale_at,
        touchpoints.touched_at,
        touchpoints.channel,
        lag(touchpoints.touched_at) over person as previous_touched_at,
        lag(touchpoints.channel) over person as previous_channel,
        lead(touchpoints.channel) over person as next_channel

    from touchpoints
    inner join people
        on touchpoints.brand = people.brand
        and touchpoints.person_id = people.person_id
    left join last_conversions
        on people.brand = last_conversions.brand
        and people.person_id = last_conversions.person_id
    window person as (partition by people.person_number order by touchpoints.touched_at, touchpoints.touchpoint_id)

),

-- What comes after a conversion ends with the person's last touch of all: an open journey of any type is the end of one
-- and the same row of touches, and only where it begins differs.
begun as (

    select
        ordered.*,
        lookback_windows.conversion_type,
        {{ dbt.dateadd('day', '-lookback_windows.days', 'ordered.last_touched_at') }} as window_opened_at,
        case lookback_windows.conversion_type
            when 'lead' then ordered.last_lead_at
            when 'qualified_lead' then ordered.last_qualified_at
            else ordered.last_sale_at
        end as last_converted_at

    from ordered
    cross join lookback_windows

),

-- Who has bought is on the way to a repeat sale, everybody else to a first one.
not_converted as (

    select
        brand,
        conversion_type,
        -person_number as journey_number,
        false as is_converted,
        case
            when previous_touched_at >= window_opened_at
                and coalesce(previous_touched_at > last_converted_at, true)
                then previous_channel
        end as previous_channel,
        channel,
        next_channel

    from begun
    where touched_at >= window_opened_at
        and coalesce(touched_at > last_converted_at, true)
        and case conversion_type
            when 'first_sale' then last_converted_at is null
            when 'repeat_sale' then last_converted_at is not null
            else true
        end

),

channelled as (

    select * from converted
    union all
    select * from not_converted

)

select * from channelled
