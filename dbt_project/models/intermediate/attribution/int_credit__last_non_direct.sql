{# All credit to the latest touch that is not Direct; to the latest of all where every touch is Direct. #}

{{ config(materialized = 'view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

credited as (

    select
        conversion_number,
        touch_number,
        'last_non_direct' as attribution_model,
        cast(1 as double) as credit

    from touchpoints
    where touch_number = coalesce(last_non_direct_number, path_length)

)

select * from credited
