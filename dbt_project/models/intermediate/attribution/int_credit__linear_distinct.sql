{# The same share to each channel, however often it was touched; a channel's touches share its part evenly. #}

{{ config(materialized = 'view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

credited as (

    select
        conversion_number,
        touch_number,
        'linear_distinct' as attribution_model,
        cast(1 as double) / channel_count / channel_touch_count as credit

    from touchpoints

)

select * from credited
