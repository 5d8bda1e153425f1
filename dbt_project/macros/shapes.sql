{# What a source states, brought to the columns that all sources of a shape have (models/shapes). #}


{# The rows of several sources in one shape. What a source does not state is null, and each column has the type that the
   YAML of `<shape>__unioned` declares: that is the one place where a shape is written down. A source that states a
   column of another name breaks the contract of the union. #}
{% macro in_one_shape(shape, stated) -%}
    {{ adapter.dispatch('in_one_shape', 'leadgen')(shape_columns(shape), with_rows(stated)) }}
{%- endmacro %}


{# Without those that a build leaves out, because nothing was ever landed of their source. #}
{% macro with_rows(stated) -%}
    {%- set kept = [] -%}
    {%- for relation in stated -%}
        {%- set model = graph.nodes.get('model.leadgen.' ~ relation.identifier, {}) if execute and graph else {} -%}
        {%- if 'nothing_landed' not in model.get('tags', []) -%}{%- do kept.append(relation) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(kept) }}
{%- endmacro %}

{% macro duckdb__in_one_shape(columns, stated) -%}
    select
        * replace (
            {%- for column in columns %}
            cast({{ column.name }} as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
    from (
        select
            {%- for column in columns %}
            cast(null as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
            {%- endfor %}
        where false
        {%- for relation in stated %}
        union all by name
        select * from {{ relation }}
        {%- endfor %}
    )
{%- endmacro %}

{# For an engine without `union all by name`: what each source states is looked up, and all columns are written out. #}
{% macro default__in_one_shape(columns, stated) -%}
    {%- for relation in stated %}
    {%- set stated_names = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list %}
    {%- set unknown_names = stated_names | reject('in', columns | map(attribute='name') | list) | list %}
    {%- if unknown_names %}
    {{ exceptions.raise_compiler_error(relation ~ ' states what its shape has not: ' ~ unknown_names | join(', ')) }}
    {%- endif %}
    select
        {%- for column in columns %}
        cast({{ column.name if column.name in stated_names else 'null' }} as {{ column.data_type }}) as {{ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select
        {%- for column in columns %}
        cast(null as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
    {%- endfor %}
{%- endmacro %}


{# The columns of a shape, as its union declares them. While dbt reads the project it does not know them yet, and in a
   unit test it knows nothing but the model that is tested: there the union that was built says what it has. #}
{% macro shape_columns(shape) -%}
    {%- if not execute -%}
        {{ return([{'name': 'brand', 'data_type': 'varchar'}]) }}
    {%- elif graph -%}
        {{ return(graph.nodes['model.leadgen.' ~ shape ~ '__unioned'].columns.values() | list) }}
    {%- endif -%}
    {{ return(adapter.get_columns_in_relation(
        api.Relation.create(database=target.database, schema='shapes', identifier=shape ~ '__unioned')
    )) }}
{%- endmacro %}
