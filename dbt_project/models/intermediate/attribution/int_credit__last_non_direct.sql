{# All credit to the latest touch that is not Direct; to the latest of all where every touch is Direct. #}

{{ config(materialized = 'view') }}

with

journeys as (

    select * from {{ ref('int_journeys__converted') }}

),

credited as (

    select
        conversion_number,
        coalesce(last_non_direct_number, path_length) as touch_number,
        'last_non_direct' as attribution_model,
        cast(1 as double) as credit

    from journeys

)

select * from credited
