{# Shapley values where a coalition of channels is worth the conversions it can make alone. They equal the same share to
   each channel of each path, so no coalition has to be counted. #}

{{ config(materialized = 'view') }}

with

channels as (

    select * from {{ ref('int_credit__linear_distinct') }}

),

credited as (

    select
        conversion_number,
        touch_number,
        'shapley' as attribution_model,
        credit

    from channels

)

select * from credited
