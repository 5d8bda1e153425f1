{# All credit to the earliest touch. #}

{{ config(materialized = 'view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

credited as (

    select
        conversion_number,
        touch_number,
        'first_touch' as attribution_model,
        cast(1 as double) as credit

    from touchpoints
    where touch_number = 1

)

select * from credited
