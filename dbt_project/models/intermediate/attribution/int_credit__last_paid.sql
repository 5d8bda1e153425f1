{# All credit to the latest touch of a paid channel; to the latest of all where none was paid. #}

{{ config(materialized = 'view') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

credited as (

    select
        conversion_number,
        touch_number,
        'last_paid' as attribution_model,
        cast(1 as double) as credit

    from touchpoints
    where touch_number = coalesce(last_paid_number, path_length)

)

select * from credited
