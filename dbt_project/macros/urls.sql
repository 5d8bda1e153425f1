{# What stands between the question mark and the hash of a URL. #}
{% macro query_text(url) -%}
    split_part(split_part({{ url }}, '#', 1), '?', 2)
{%- endmacro %}


{# The host of a URL in lower case, without its port and without `www.`; null where there is none. #}
{% macro url_host(url) -%}
    nullif(
        replace(
            replace(
                '//' || lower(
                    split_part(split_part(split_part(split_part({{ url }}, '://', 2), '/', 1), '?', 1), ':', 1)
                ),
                '//www.',
                ''
            ),
            '//',
            ''
        ),
        ''
    )
{%- endmacro %}


{# A value that says something: not empty, not a macro that the ad platform forgot to fill in, not a placeholder. #}
{% macro filled_in(text) -%}
    case
        when contains({{ text }}, '{') or contains({{ text }}, '}') then null
        when starts_with({{ text }}, '__') and ends_with({{ text }}, '__') then null
        when lower(trim({{ text }})) in ('', '(not set)', 'undefined', 'null', 'xxxxx') then null
        else trim({{ text }})
    end
{%- endmacro %}


{# The device in an analytics cookie that was sent as it is: GA1.1.12.34 of Google, ab12.1700000000.. of Matomo. #}
{% macro device_of_cookie(text) -%}
    case
        when {{ text }} like 'GA1.%.%.%'
            then {{ dbt.split_part(text, "'.'", 3) }} || '.' || {{ dbt.split_part(text, "'.'", 4) }}
        when length({{ dbt.split_part(text, "'.'", 1) }}) = 16 and {{ text }} like '%.%.%'
            then {{ dbt.split_part(text, "'.'", 1) }}
        else {{ text }}
    end
{%- endmacro %}


{# The digits of a phone number, so that two ways of writing one number are equal. #}
{% macro phone_digits(text) -%}
    nullif(translate({{ text }}, '+ ()-./', ''), '')
{%- endmacro %}


{# The click ids that a landing page may carry, the surest first. Facebook's last: it's put on every link. #}
{% macro click_id_types() -%}
    {{ return([
        'gclid', 'gbraid', 'wbraid', 'msclkid', 'yclid', 'dclid',
        'ttclid', 'li_fat_id', 'twclid', 'sccid', 'rdt_cid', 'epik', 'fbclid',
    ]) }}
{%- endmacro %}


{# The surest click id that a form kept under its name in a JSON object, and which one it is. #}
{% macro click_id_of(json) -%}
    coalesce(
        {%- for name in click_id_types() %}
        {{ filled_in(json_text(json, name)) }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro click_id_type_of(json) -%}
    case
        {%- for name in click_id_types() %}
        when {{ filled_in(json_text(json, name)) }} is not null then '{{ name }}'
        {%- endfor %}
    end
{%- endmacro %}
