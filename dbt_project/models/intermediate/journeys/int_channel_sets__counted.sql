{# Which channels occur together in journeys, whatever their order and however often each. #}

with

journeys as (

    select * from {{ ref('int_journeys__channelled') }}

),

sets as (

    select
        min(brand) as brand,
        conversion_type,
        is_converted,
        {{ sorted_distinct_list('channel') }} as channels

    from journeys
    group by conversion_type, is_converted, journey_number

),

counted as (

    select
        brand,
        conversion_type,
        channels,
        count(case when is_converted then 1 end) as conversion_count,
        count(*) as journey_count

    from sets
    group by brand, conversion_type, channels

)

select * from counted
