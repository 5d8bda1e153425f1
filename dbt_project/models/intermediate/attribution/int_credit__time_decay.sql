{# A touch weighs half as much for each half-life between it and the last touch, which weighs 1 however long before the
   conversion it was: what lies between those two weighs down all touches alike. #}

{{ config(materialized = 'view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

-- Weights are added as decimals: the order of adding must not show in the last digit.
weighed as (

    select
        conversion_number,
        touch_number,
        cast(
            power(
                cast(2 as double),
                -seconds_before_last / cast(86400 * {{ var('half_life_days', 7) }} as double)
            ) as decimal(18, 15)
        ) as weight

    from touchpoints

),

summed as (

    select
        conversion_number,
        sum(weight) as path_weight

    from weighed
    group by conversion_number

),

credited as (

    select
        weighed.conversion_number,
        weighed.touch_number,
        'time_decay' as attribution_model,
        cast(weighed.weight as double) / cast(summed.path_weight as double) as credit

    from weighed
    inner join summed on weighed.conversion_number = summed.conversion_number
    where weighed.weight > 0

)

select * from credited
