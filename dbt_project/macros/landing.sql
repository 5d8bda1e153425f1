{# What was staged, table by table: of every landed table, the staging model of its name. Asked of the graph, so that no
   list of tables need be kept; dbt therefore does not see that those models must be there before. The phases do, and
   tag those that they leave out because nothing was landed of their source. #}
{% macro staged_counts() -%}
    {%- set counted = [] -%}
    {%- for landed in (graph.sources.values() if execute else []) if landed.source_name != 'rules' -%}
        {%- set staged = graph.nodes.get('model.leadgen.stg_' ~ landed.source_name ~ '__' ~ landed.name) -%}
        {%- if staged and 'nothing_landed' not in staged.tags -%}
            {%- do counted.append((landed, staged.relation_name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for landed, relation in counted %}
    select
        '{{ landed.source_name }}' as source,
        account,
        '{{ landed.name }}' as table_name,
        count(*) as staged_rows
    from {{ relation }}
    group by account
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select
        cast(null as varchar) as source,
        cast(null as varchar) as account,
        cast(null as varchar) as table_name,
        cast(null as bigint) as staged_rows
    where false
    {%- endfor %}
{%- endmacro %}


{# The landed tables whose rows are inquiries: those of which the source's own folder says so (``rows_are``). #}
{% macro tables_of_inquiries() -%}
    {%- for landed in (graph.sources.values() if execute else [])
        if landed.config.get('meta', {}).get('rows_are') == 'inquiries' %}
    select '{{ landed.source_name }}' as source, '{{ landed.name }}' as table_name
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select cast(null as varchar) as source, cast(null as varchar) as table_name
    where false
    {%- endfor %}
{%- endmacro %}


{# Of a Google customer that several accounts read, the one whose rows count: its own, else the first by name. #}
{% macro account_that_counts(same) -%}
    first_value(account) over (
        partition by {{ same }} order by case when account = customer_id then 0 else 1 end, account
    )
{%- endmacro %}
