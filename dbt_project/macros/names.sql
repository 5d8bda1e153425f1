{# A schema is called as the models say (staging, intermediate, marts), without the target's name before it. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}


{# The hash of a natural key: the parts as text, joined by a bar, nulls as nothing. #}
{% macro stable_id(parts) -%}
    md5(
        {%- for part in parts %}
        coalesce(cast({{ part }} as varchar), '')
        {%- if not loop.last %} || '|' ||{% endif %}
        {%- endfor %}
    )
{%- endmacro %}


{# The day the run is for. Never the clock's. #}
{% macro as_of_day() -%}
    cast('{{ var("as_of_day") }}' as date)
{%- endmacro %}


{# A colleague for counting: the CRM's id, or what the source wrote. An address or a number is shown as its hash. #}
{% macro shown_employee(listed, written) -%}
    coalesce(
        {{ listed }},
        case
            when contains({{ written }}, '@') or left(trim({{ written }}), 1) = '+'
                then md5(lower(trim({{ written }})))
            else trim({{ written }})
        end
    )
{%- endmacro %}


{# The person's id: the hash of the record or the device that was known first. #}
{% macro person_id_of(brand, node_id) -%}
    {{ stable_id([brand, node_id]) }}
{%- endmacro %}


{# The node that a person at a desk means: an identifier, or an inquiry by its id. #}
{% macro declared_node(brand, identifier_type, identifier_value) -%}
    case
        when {{ identifier_type }} = 'inquiry_id' then 'inquiry:' || {{ identifier_value }}
        else {{ identifier_node(brand, identifier_type, identifier_value) }}
    end
{%- endmacro %}


{# The node of an identifier in the graph of identities. A device is a node by its own name, since visits have it. #}
{% macro identifier_node(brand, identifier_type, identifier_value) -%}
    case
        when {{ identifier_type }} = 'client_id' then 'client:' || {{ brand }} || ':' || {{ identifier_value }}
        else {{ identifier_type }} || ':' || {{ brand }} || ':' || md5({{ identifier_value }})
    end
{%- endmacro %}
