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

channels as (

    select * from {{ ref('int_channels__numbered') }}

),

windowed as (

    select
        conversions.conversion_number,
        conversions.conversion_type,
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
        windowed.conversion_type,
        windowed.brand,
        windowed.converted_at,
        touchpoints.touchpoint_id,
        touchpoints.touched_at,
        touchpoints.person_touch_number,
        touchpoints.channel,
        touchpoints.previous_channel,
        touchpoints.next_channel,
        channels.channel_set,
        touchpoints.channel = 'Direct' as is_direct,
        touchpoints.channel like 'Paid %' or touchpoints.channel in ('Display', 'Cross-network', 'Affiliates')
            as is_paid

    from touchpoints
    inner join windowed
        on touchpoints.brand = windowed.brand
        and touchpoints.person_id = windowed.person_id
        and touchpoints.touched_at >= windowed.window_opened_at
        and touchpoints.touched_at <= windowed.converted_at
        {% if var('new_cycle_after_sale', false) -%}
            and touchpoints.touched_at > coalesce(windowed.sold_before_at, timestamp '1970-01-01')
        {%- endif %}
    inner join channels
        on touchpoints.brand = channels.brand
        and touchpoints.channel = channels.channel

),

-- A journey is an unbroken piece of what its person did, so its touches are counted from its first one.
journeys as (

    select
        conversion_number,
        min(person_touch_number) - 1 as touches_before,
        max(person_touch_number) as last_number,
        max(case when not is_direct then person_touch_number end) as last_non_direct_number,
        min(case when is_paid then person_touch_number end) as first_paid_number,
        max(case when is_paid then person_touch_number end) as last_paid_number,
        {{ union_of_sets('channel_set') }} as channel_set

    from in_window
    group by conversion_number

),

journey_channels as (

    select
        conversion_number,
        channel,
        count(*) as channel_touch_count

    from in_window
    group by conversion_number, channel

),

-- What models ask about the whole journey is worked out here once, so that each of them reads a row at a time.
eligible as (

    select
        in_window.conversion_number,
        in_window.conversion_type,
        in_window.brand,
        in_window.converted_at,
        in_window.touchpoint_id,
        in_window.touched_at,
        in_window.person_touch_number - journeys.touches_before as touch_number,
        journeys.last_number - journeys.touches_before as path_length,
        in_window.channel,
        case when in_window.person_touch_number > journeys.touches_before + 1 then in_window.previous_channel end
            as previous_channel,
        case when in_window.person_touch_number < journeys.last_number then in_window.next_channel end as next_channel,
        journey_channels.channel_touch_count,
        journeys.channel_set,
        {{ size_of_set('journeys.channel_set') }} as channel_count,
        journeys.last_non_direct_number - journeys.touches_before as last_non_direct_number,
        journeys.first_paid_number - journeys.touches_before as first_paid_number,
        journeys.last_paid_number - journeys.touches_before as last_paid_number

    from in_window
    inner join journeys on in_window.conversion_number = journeys.conversion_number
    inner join journey_channels
        on in_window.conversion_number = journey_channels.conversion_number
        and in_window.channel = journey_channels.channel

)

select * from eligible
