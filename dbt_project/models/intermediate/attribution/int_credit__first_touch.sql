{# All credit to the earliest touch. #}

{{ config(materialized = 'view') }}

with

journeys as (

    select * from {{ ref('int_journeys__converted') }}

),

credited as (

    select
        conversion_number,
        cast(1 as integer) as touch_number,
        'first_touch' as attribution_model,
        cast(1 as double) as credit

    from journeys

)

select * from credited
