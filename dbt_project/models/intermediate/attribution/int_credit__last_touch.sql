{# All credit to the latest touch. #}

{{ config(materialized = 'view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

credited as (

    select
        conversion_number,
        touch_number,
        'last_touch' as attribution_model,
        cast(1 as double) as credit

    from touchpoints
    where touch_number = path_length

)

select * from credited
