{# A view, because each touch stands under nineteen models and is stored once: rows of one model read its column and no
   other, and where a query asks for one model DuckDB leaves the other branches out. #}

{{ config(materialized = 'view') }}

{% for attribution_model in attribution_models() -%}
select
    brand,
    lead_id,
    person_id,
    '{{ attribution_model }}' as attribution_model,
    touchpoint_id,
    touch_number,
    path_length,
    channel,
    platform,
    source,
    medium,
    campaign_id,
    campaign_name,
    ad_group_id,
    keyword,
    {{ attribution_model }} as credit,
    unattributed_reason,
    is_qualified,
    conversion_at,
    conversion_date,
    touch_at,
    touch_date

from {{ stored(ref('int_leads__credited')) }}
where {{ attribution_model }} is not null
{% if not loop.last %}
union all

{% endif -%}
{%- endfor %}
