{# How often which channel follows which two; null stands for the start. The end of a journey has no next channel. #}

with

journeys as (

    select * from {{ ref('int_journeys__channelled') }}

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

    from journeys
    group by
        brand, conversion_type, previous_channel, channel, next_channel, next_channel is null and is_converted

)

select * from counted
