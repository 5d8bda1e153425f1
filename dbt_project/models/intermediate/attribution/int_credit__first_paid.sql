{# All credit to the earliest touch of a paid channel; to the earliest of all where none was paid. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

chosen as (

    select
        conversion_id,
        touchpoint_id,
        touch_number,
        coalesce(
            min(case when is_paid then touch_number end) over (partition by conversion_id),
            1
        ) as chosen_number

    from touchpoints

),

credited as (

    select
        conversion_id,
        touchpoint_id,
        'first_paid' as attribution_model,
        cast(1 as double) as credit

    from chosen
    where touch_number = chosen_number

)

select * from credited
