{# How a model becomes a table or a view. A build begins with an empty database of its own that nobody reads yet, so a
   model is made under its own name at once: dbt-duckdb makes each under another name first and renames it, which takes
   it several statements more for each model. What is there already, where a phase runs again, goes in the same
   transaction. #}

{% materialization table, adapter = 'duckdb' %}
    {{ return(made_in_place('table', compiled_code)) }}
{% endmaterialization %}


{% materialization view, adapter = 'duckdb' %}
    {{ return(made_in_place('view', compiled_code)) }}
{% endmaterialization %}


{% macro made_in_place(kind, query) -%}
    {%- set there = load_cached_relation(this) -%}
    {%- set made = this.incorporate(type = kind) -%}
    {%- set has_known_columns = config.get('contract').enforced -%}
    {{ run_hooks(pre_hooks, inside_transaction = false) }}
    {{ run_hooks(pre_hooks, inside_transaction = true) }}
    {%- call statement('main') -%}
        {%- if there is not none -%}
            drop {{ there.type }} if exists {{ there }};
        {%- endif %}
        {{ create_table_as(false, made, query) if kind == 'table' else create_view_as(made, query) }}
        {{ comments(made) if has_known_columns }}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction = true) }}
    {%- if not has_known_columns -%}{%- do persist_docs(made, model) -%}{%- endif -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction = false) }}
    {{ return({'relations': [made]}) }}
{%- endmacro %}


{# The descriptions of a model under contract, with the columns that its YAML declares: dbt-duckdb asks the database
   for them, twice, and describes the model in statements of their own. #}
{% macro comments(made) -%}
    {%- if config.persist_relation_docs() and model.description -%}
        {{ alter_relation_comment(made, model.description) }}
    {%- endif -%}
    {%- if config.persist_column_docs() -%}
        {%- for column in model.columns.values() %}
            comment on column {{ made }}.{{ adapter.quote(column.name) if column.quote else column.name }}
            is {{ duckdb_escape_comment(column.description) }};
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
