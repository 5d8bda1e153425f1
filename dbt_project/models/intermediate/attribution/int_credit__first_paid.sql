{# All credit to the earliest touch of a paid channel; to the earliest of all where none was paid. #}

{{ config(materialized = 'view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

credited as (

    select
        conversion_number,
        touch_number,
        'first_paid' as attribution_model,
        cast(1 as double) as credit

    from touchpoints
    where touch_number = coalesce(first_paid_number, 1)

)

select * from credited
