{# What a landed table holds and refused, by account. #}
{% macro landing_counts(source_name, table_name) -%}
    select
        '{{ source_name }}' as source,
        _account as account,
        max(_brand) as brand,
        '{{ table_name }}' as table_name,
        count(*) as landed_rows,
        count(_reject_reason) as rejected_rows
    from {{ source(source_name, table_name) }}
    group by _account
{%- endmacro %}


{# What was refused, without the record itself. #}
{% macro landing_rejects(source_name, table_name) -%}
    select
        '{{ source_name }}' as source,
        _account as account,
        _brand as brand,
        '{{ table_name }}' as table_name,
        _day as day,
        md5(coalesce(_payload, '')) as record_key_hash,
        _reject_reason as reason
    from {{ source(source_name, table_name) }}
    where _reject_reason is not null
{%- endmacro %}


{# What of it was staged. #}
{% macro staged_counts(source_name, table_name) -%}
    select
        '{{ source_name }}' as source,
        account,
        '{{ table_name }}' as table_name,
        count(*) as staged_rows
    from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }}
    group by account
{%- endmacro %}
