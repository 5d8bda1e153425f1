{# How often which channel follows which two; null stands for the start. The end of a journey has no next channel. #}

with

eligible as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

unconverted as (

    select * from {{ ref('int_touchpoints__unconverted') }}

),

converted_moves as (

    select
        brand,
        conversion_type,
        previous_channel,
        channel,
        next_channel,
        next_channel is null as is_conversion,
        count(*) as transition_count

    from eligible
    group by brand, conversion_type, previous_channel, channel, next_channel

),

-- Counted once for all types, for there are many touches and few different moves.
open_moves as (

    select
        brand,
        previous_channel,
        channel,
        next_channel,
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
        case when not is_first_to_{{ kind }} then previous_channel end as previous_channel,
        channel,
        next_channel,
        false as is_conversion,
        transition_count

    from open_moves
    where is_to_{{ kind }}
    {% endfor %}
),

counted as (

    select
        brand,
        conversion_type,
        previous_channel,
        channel,
        next_channel,
        is_conversion,
        cast(sum(transition_count) as bigint) as transition_count

    from moves
    group by brand, conversion_type, previous_channel, channel, next_channel, is_conversion

)

select * from counted
