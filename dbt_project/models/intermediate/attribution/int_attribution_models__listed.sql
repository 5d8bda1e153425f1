{# The list of attribution models, also for days on which nothing was sold: spend shows under each of them. #}

with

listed as (

    {% for attribution_model in attribution_models() -%}
    select '{{ attribution_model }}' as attribution_model
    {% if not loop.last -%}
    union all
    {% endif -%}
    {%- endfor %}

)

select * from listed
