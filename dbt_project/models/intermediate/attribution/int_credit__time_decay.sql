{# A touch weighs half as much for each half-life between it and the conversion. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

weighed as (

    select
        conversion_id,
        touchpoint_id,
        touch_number,
        power(
            cast(2 as double),
            -{{ dbt.datediff('touched_at', 'converted_at', 'second') }}
            / cast(86400 * {{ var('half_life_days', 7) }} as double)
        ) as weight

    from touchpoints

),

credited as (

    select
        conversion_id,
        touchpoint_id,
        'time_decay' as attribution_model,
        -- Added in the order of the path, so that the last digit is the same every night.
        weight / sum(weight) over (
            partition by conversion_id order by touch_number
            rows between unbounded preceding and unbounded following
        ) as credit

    from weighed

)

select * from credited
