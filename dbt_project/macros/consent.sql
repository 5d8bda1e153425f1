{# What forms and pages say of consent. #}


{# The answer about a purpose under any of the names that consent tools and forms give it. #}
{% macro consent_answer(columns, purpose) -%}
    coalesce(
        {%- for column in columns %}
        {%- set outer_loop_last = loop.last %}
        {%- for name in [purpose, 'consent.' ~ purpose, 'consent[' ~ purpose ~ ']', 'consent_' ~ purpose] %}
        {{ json_text(column, name) }}{{ ',' if not (loop.last and outer_loop_last) }}
        {%- endfor %}
        {%- endfor %}
    )
{%- endmacro %}


{# A yes or a no in the words of forms; anything else is silence, which is neither. #}
{% macro consent_choice(answer) -%}
    case
        when lower(trim({{ answer }})) in ('granted', 'true', 'yes', '1', 'on', 'ja', 'да') then 'granted'
        when lower(trim({{ answer }})) in ('denied', 'false', 'no', '0', 'off', 'nein', 'нет') then 'denied'
    end
{%- endmacro %}
