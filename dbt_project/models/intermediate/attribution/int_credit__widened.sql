{# One row per touch and one column per attribution model: written once, where rows of each model would be nineteen. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

unattributed as (

    select * from {{ ref('int_credit__unattributed') }}

),

touches as (

    select
        touchpoints.conversion_number,
        touchpoints.touch_number,
        {% for attribution_model in attribution_models() -%}
        {{ attribution_model }}.credit as {{ attribution_model }},
        {% endfor -%}
        cast(null as varchar) as unattributed_reason

    from touchpoints
    {% for attribution_model in attribution_models() -%}
    left join {{ ref('int_credit__' ~ attribution_model) }} as {{ attribution_model }}
        on touchpoints.conversion_number = {{ attribution_model }}.conversion_number
        and touchpoints.touch_number = {{ attribution_model }}.touch_number
    {% endfor %}

),

conversions as (

    select
        conversion_number,
        touch_number,
        {% for attribution_model in attribution_models() -%}
        max(case when attribution_model = '{{ attribution_model }}' then credit end) as {{ attribution_model }},
        {% endfor -%}
        max(unattributed_reason) as unattributed_reason

    from unattributed
    group by conversion_number, touch_number

),

widened as (

    select * from touches
    union all
    select * from conversions

)

select * from widened
