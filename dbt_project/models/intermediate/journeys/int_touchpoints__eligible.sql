with

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

lookback_windows as (

    select * from {{ ref('int_lookback_windows__resolved') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__ordered') }}

),

windowed as (

    select
        conversions.conversion_number,
        conversions.brand,
        conversions.person_id,
        conversions.converted_at,
        {{ dbt.dateadd('day', '-lookback_windows.days', 'conversions.converted_at') }} as window_opened_at
        {%- if var('new_cycle_after_sale', false) -%},
            -- Sales of one moment are of one cycle.
            max(
                case when conversions.conversion_type in ('first_sale', 'repeat_sale') then conversions.converted_at end
            ) over (
                partition by conversions.brand, conversions.person_id
                order by conversions.converted_at
                groups between unbounded preceding and 1 preceding
            ) as sold_before_at
        {%- endif %}

    from conversions
    inner join lookback_windows on conversions.conversion_type = lookback_windows.conversion_type

),

-- Both edges count: a touch at the very second of the conversion, and one a whole window before it.
in_window as (

    select
        windowed.conversion_number,
        touchpoints.touchpoint_id,
        touchpoints.touched_at,
        touchpoints.person_touch_number,
        touchpoints.channel_number,
        touchpoints.previous_channel_number,
        touchpoints.next_channel_number

    from touchpoints
    inner join windowed
        on touchpoints.brand = windowed.brand
        and touchpoints.person_id = windowed.person_id
        and touchpoints.touched_at >= windowed.window_opened_at
        and touchpoints.touched_at <= windowed.converted_at
        {% if var('new_cycle_after_sale', false) -%}
            and touchpoints.touched_at > coalesce(windowed.sold_before_at, timestamp '1970-01-01')
        {%- endif %}

),

journey_channels as (

    select
        conversion_number,
        channel_number,
        cast(count(*) as integer) as channel_touch_count,
        min(person_touch_number) as first_number,
        max(person_touch_number) as last_number,
        max(touched_at) as last_touched_at

    from in_window
    group by conversion_number, channel_number

),

-- A journey is an unbroken piece of what its person did, so its touches are counted from its first one.
journeys as (

    select
        conversion_number,
        min(first_number) - 1 as touches_before,
        max(last_number) as last_number,
        max(last_touched_at) as last_touched_at,
        cast(count(*) as integer) as channel_count

    from journey_channels
    group by conversion_number

),

eligible as (

    select
        in_window.conversion_number,
        in_window.touchpoint_id,
        in_window.touched_at,
        {{ dbt.datediff('in_window.touched_at', 'journeys.last_touched_at', 'second') }} as seconds_before_last,
        in_window.person_touch_number - journeys.touches_before as touch_number,
        journeys.last_number - journeys.touches_before as path_length,
        in_window.channel_number,
        case when in_window.person_touch_number > journeys.touches_before + 1 then in_window.previous_channel_number end
            as previous_channel_number,
        case when in_window.person_touch_number < journeys.last_number then in_window.next_channel_number end
            as next_channel_number,
        journey_channels.channel_touch_count,
        journeys.channel_count

    from in_window
    inner join journeys on in_window.conversion_number = journeys.conversion_number
    inner join journey_channels
        on in_window.conversion_number = journey_channels.conversion_number
        and in_window.channel_number = journey_channels.channel_number

)

select * from eligible
