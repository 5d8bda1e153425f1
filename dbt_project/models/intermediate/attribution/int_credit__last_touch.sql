{# All credit to the latest touch. #}

{{ config(materialized = 'view') }}

with

journeys as (

    select * from {{ ref('int_journeys__converted') }}

),

credited as (

    select
        conversion_number,
        path_length as touch_number,
        'last_touch' as attribution_model,
        cast(1 as double) as credit

    from journeys

)

select * from credited
