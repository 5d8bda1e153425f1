{# All models one below the other. One name in macros/attribution_models.sql makes a new model count. #}

{{ config(materialized = 'view') }}

with

credited as (

    {% for attribution_model in attribution_models() -%}
    select * from {{ ref('int_credit__' ~ attribution_model) }}
    {% if not loop.last -%}
    union all
    {% endif -%}
    {%- endfor %}

),

unattributed as (

    select * from {{ ref('int_credit__unattributed') }}

),

unioned as (

    select
        conversion_number,
        touch_number,
        attribution_model,
        credit,
        cast(null as varchar) as unattributed_reason

    from credited

    union all

    select
        conversion_number,
        touch_number,
        attribution_model,
        credit,
        unattributed_reason

    from unattributed

)

select * from unioned
