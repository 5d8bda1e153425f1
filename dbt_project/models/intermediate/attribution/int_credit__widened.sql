{# One row per touch and one column per attribution model: written once, where rows of each model would be nineteen. #}

with

credit as (

    select * from {{ ref('int_credit__unioned') }}

),

widened as (

    select
        conversion_number,
        touch_number,
        {% for attribution_model in attribution_models() -%}
        max(case when attribution_model = '{{ attribution_model }}' then credit end) as {{ attribution_model }},
        {% endfor -%}
        max(unattributed_reason) as unattributed_reason

    from credit
    group by conversion_number, touch_number

)

select * from widened
