{# A touch weighs half as much for each half-life between it and the conversion. #}

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
                -{{ dbt.datediff('touched_at', 'converted_at', 'second') }}
                / cast(86400 * {{ var('half_life_days', 7) }} as double)
            ) as decimal(18, 15)
        ) as weight

    from touchpoints

),

credited as (

    select
        conversion_number,
        touch_number,
        'time_decay' as attribution_model,
        cast(weight as double) / cast(sum(weight) over (partition by conversion_number) as double) as credit

    from weighed

)

select * from credited
