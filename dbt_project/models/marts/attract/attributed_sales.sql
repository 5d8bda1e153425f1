{# A view, because each touch stands under nineteen models and is stored once: rows of one model read its columns and no
   other's, and where a query asks for one model DuckDB leaves the other branches out. #}

{{ config(materialized = 'view') }}

{% for attribution_model in attribution_models() -%}
select
    brand,
    sale_id,
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
    {{ attribution_model }}_revenue as revenue_credit,
    {{ attribution_model }}_margin as margin_credit,
    revenue,
    margin,
    currency,
    is_first_sale,
    is_cancelled,
    cancelled_date,
    conversion_at,
    conversion_date,
    touch_at,
    touch_date

from {{ stored(ref('int_sales__credited')) }}
where {{ attribution_model }} is not null
{% if not loop.last %}
union all

{% endif -%}
{%- endfor %}
