{# Two fifths to the first touch, two fifths to the last, the rest shared by those between.
   A path of one or two touches has nothing between, so it is shared evenly. #}

{{ config(materialized = 'view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

credited as (

    select
        conversion_number,
        touch_number,
        'position_based' as attribution_model,
        case
            when path_length <= 2 then cast(1 as double) / path_length
            when touch_number in (1, path_length) then cast(0.4 as double)
            else cast(0.2 as double) / (path_length - 2)
        end as credit

    from touchpoints

)

select * from credited
