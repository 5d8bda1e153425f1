{# The attribution models, each of them a file int_credit__<model>, in the order in which tables list them. #}
{% macro attribution_models() -%}
    {{ return([
        'first_touch',
        'last_touch',
        'last_non_direct',
        'first_paid',
        'last_paid',
        'linear',
        'linear_distinct',
        'position_based',
        'time_decay',
        'u_shaped',
        'w_shaped',
        'full_path',
        'u_shaped_40_20_40',
        'w_shaped_close',
        'custom',
        'markov',
        'markov_order_2',
        'shapley',
        'shapley_rate',
    ]) }}
{%- endmacro %}


{# A table of the schema stored as a view reads it that is published: by schema and name alone, because the file is
   called otherwise than the database of the build. #}
{% macro stored(relation) -%}
    {{ relation.include(database = false) }}
{%- endmacro %}


{# A touch's part of a sale's money under a model, in whole cents; the last touch has what rounding lost or made. #}
{% macro settled_part(attribution_model, money) -%}
    case
        when shared.{{ attribution_model }} is not null
            then cast(
                shared.{{ attribution_model }}_{{ money }}
                + case
                    when coalesce(shared.touch_number = totalled.{{ attribution_model }}_last_number, true)
                        then sold.{{ money }} - totalled.{{ attribution_model }}_{{ money }}
                    else 0
                end as decimal(20, 6)
            )
    end
{%- endmacro %}


{# The rows of a relation that has a column for each attribution model, a row for each model that gave anything. `parts`
   says what becomes of a model's columns: a name, and what stands behind the name of the model in the column's. #}
{% macro by_attribution_model(relation, columns, parts={'credit': ''}) -%}
    {%- for attribution_model in attribution_models() %}
    select
        {% for column in columns -%}
        {{ column }},
        {% endfor -%}
        '{{ attribution_model }}' as attribution_model
        {%- for part, ending in parts.items() %},
        {{ attribution_model }}{{ ending }} as {{ part }}
        {%- endfor %}

    from {{ relation }}
    where {{ attribution_model }} is not null
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
