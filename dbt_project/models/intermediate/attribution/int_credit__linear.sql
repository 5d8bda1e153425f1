{# The same share to each touch. #}

{{ config(materialized = 'view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

credited as (

    select
        conversion_number,
        touch_number,
        'linear' as attribution_model,
        cast(1 as double) / path_length as credit

    from touchpoints

)

select * from credited
