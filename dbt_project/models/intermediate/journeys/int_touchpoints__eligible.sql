with

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

lookback_windows as (

    select * from {{ ref('int_lookback_windows__resolved') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}

),

windowed as (

    select
        conversions.conversion_number,
        conversions.conversion_id,
        conversions.conversion_type,
        conversions.brand,
        conversions.person_id,
        conversions.converted_at,
        {{ dbt.dateadd('day', '-lookback_windows.days', 'conversions.converted_at') }} as window_opened_at,
        -- Sales of one moment are of one cycle.
        max(case when conversions.conversion_type in ('first_sale', 'repeat_sale') then conversions.converted_at end)
            over (
                partition by conversions.brand, conversions.person_id
                order by conversions.converted_at
                groups between unbounded preceding and 1 preceding
            ) as sold_before_at

    from conversions
    inner join lookback_windows on conversions.conversion_type = lookback_windows.conversion_type

),

-- Both edges count: a touch at the very second of the conversion, and one a whole window before it.
in_window as (

    select
        windowed.conversion_number,
        windowed.conversion_id,
        windowed.conversion_type,
        windowed.brand,
        windowed.converted_at,
        touchpoints.touchpoint_id,
        touchpoints.touched_at,
        touchpoints.channel

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

-- Two touches of one second have an order too, the same every night.
numbered as (

    select
        conversion_number,
        conversion_id,
        conversion_type,
        brand,
        converted_at,
        touchpoint_id,
        touched_at,
        channel,
        channel = 'Direct' as is_direct,
        channel like 'Paid %' or channel in ('Display', 'Cross-network', 'Affiliates') as is_paid,
        row_number() over journey as touch_number,
        lag(channel) over journey as previous_channel,
        lead(channel) over journey as next_channel,
        row_number() over (
            partition by conversion_number, channel order by touched_at, touchpoint_id
        ) as channel_touch_number,
        count(*) over (partition by conversion_number, channel) as channel_touch_count

    from in_window
    window journey as (partition by conversion_number order by touched_at, touchpoint_id)

),

-- What models ask about the whole journey is worked out here once, so that each of them reads a row at a time.
eligible as (

    select
        conversion_number,
        conversion_id,
        conversion_type,
        brand,
        converted_at,
        touchpoint_id,
        touched_at,
        touch_number,
        count(*) over journey as path_length,
        channel,
        previous_channel,
        next_channel,
        channel_touch_number,
        channel_touch_count,
        count(case when channel_touch_number = 1 then 1 end) over journey as channel_count,
        is_direct,
        is_paid,
        max(case when not is_direct then touch_number end) over journey as last_non_direct_number,
        min(case when is_paid then touch_number end) over journey as first_paid_number,
        max(case when is_paid then touch_number end) over journey as last_paid_number

    from numbered
    window journey as (partition by conversion_number)

)

select * from eligible
