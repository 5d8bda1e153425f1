{# All credit to the latest touch of a paid channel; to the latest of all where none was paid. #}

{{ config(materialized = 'view') }}

with

journeys as (

    select * from {{ ref('int_journeys__converted') }}

),

credited as (

    select
        conversion_number,
        coalesce(last_paid_number, path_length) as touch_number,
        'last_paid' as attribution_model,
        cast(1 as double) as credit

    from journeys

)

select * from credited
