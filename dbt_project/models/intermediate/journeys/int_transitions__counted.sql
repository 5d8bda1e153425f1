{# How often which channel follows which two; null stands for the start. The end of a journey has no next channel. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

unconverted as (

    select * from {{ ref('int_touchpoints__unconverted') }}

),

channels as (

    select * from {{ ref('int_channels__numbered') }}

),

converted_moves as (

    select
        conversions.brand,
        conversions.conversion_type,
        touchpoints.previous_channel_number,
        touchpoints.channel_number,
        touchpoints.next_channel_number,
        touchpoints.next_channel_number is null as is_conversion,
        count(*) as transition_count

    from touchpoints
    inner join conversions on touchpoints.conversion_number = conversions.conversion_number
    group by
        conversions.brand, conversions.conversion_type, touchpoints.previous_channel_number,
        touchpoints.channel_number, touchpoints.next_channel_number

),

-- Counted once for all types, for there are many touches and few different moves.
open_moves as (

    select
        brand,
        previous_channel_number,
        channel_number,
        next_channel_number,
        has_bought,
        {% for kind in ('lead', 'qualified', 'sale') -%}
        is_to_{{ kind }},
        is_first_to_{{ kind }},
        {% endfor -%}
        count(*) as transition_count

    from unconverted
    group by all

),

moves as (

    select * from converted_moves
    {% for kind, conversion_type in (
        ('lead', "'lead'"),
        ('qualified', "'qualified_lead'"),
        ('sale', "case when has_bought then 'repeat_sale' else 'first_sale' end"),
    ) %}
    union all

    select
        brand,
        {{ conversion_type }} as conversion_type,
        case when not is_first_to_{{ kind }} then previous_channel_number end as previous_channel_number,
        channel_number,
        next_channel_number,
        false as is_conversion,
        transition_count

    from open_moves
    where is_to_{{ kind }}
    {% endfor %}
),

counted as (

    select
        moves.brand,
        moves.conversion_type,
        previous_channels.channel as previous_channel,
        channels.channel,
        next_channels.channel as next_channel,
        moves.is_conversion,
        cast(sum(moves.transition_count) as bigint) as transition_count

    from moves
    inner join channels
        on moves.brand = channels.brand
        and moves.channel_number = channels.channel_number
    left join channels as previous_channels
        on moves.brand = previous_channels.brand
        and moves.previous_channel_number = previous_channels.channel_number
    left join channels as next_channels
        on moves.brand = next_channels.brand
        and moves.next_channel_number = next_channels.channel_number
    group by
        moves.brand, moves.conversion_type, previous_channels.channel, channels.channel, next_channels.channel,
        moves.is_conversion

)

select * from counted
