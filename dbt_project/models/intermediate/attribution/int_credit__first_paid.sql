{# All credit to the earliest touch of a paid channel; to the earliest of all where none was paid. #}

{{ config(materialized = 'view') }}

with

journeys as (

    select * from {{ ref('int_journeys__converted') }}

),

credited as (

    select
        conversion_number,
        coalesce(first_paid_number, 1) as touch_number,
        'first_paid' as attribution_model,
        cast(1 as double) as credit

    from journeys

)

select * from credited
