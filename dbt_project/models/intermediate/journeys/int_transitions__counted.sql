{# How often which channel follows which two; null stands for the start. The end of a journey has no next channel. #}

with

journeys as (

    select * from {{ ref('int_journeys__channelled') }}

),

followed as (

    select
        brand,
        conversion_type,
        is_converted,
        lag(channel, 1) over journey as previous_channel,
        channel,
        lead(channel) over journey as next_channel

    from journeys
    window journey as (
        partition by brand, conversion_type, is_converted, journey_id order by touch_number
    )

),

counted as (

    select
        brand,
        conversion_type,
        previous_channel,
        channel,
        next_channel,
        next_channel is null and is_converted as is_conversion,
        count(*) as transition_count

    from followed
    group by
        brand, conversion_type, previous_channel, channel, next_channel, next_channel is null and is_converted

)

select * from counted
