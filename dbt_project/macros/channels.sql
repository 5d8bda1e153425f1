{# Where an arrival came from: its own tags, else its click id, else the page before. #}
{% macro traffic_source(arrival, click_ids) -%}
    case
        when {{ arrival }}.utm_source is not null then {{ arrival }}.utm_source
        when {{ click_ids }}.source is not null then {{ click_ids }}.source
        when coalesce({{ arrival }}.utm_medium, {{ arrival }}.utm_campaign) is not null then '(not set)'
        when {{ arrival }}.referrer_kind = 'none' then '(direct)'
        when {{ arrival }}.referrer_kind = 'search' then lower({{ arrival }}.referrer_name)
        else {{ arrival }}.referrer_host
    end
{%- endmacro %}


{# By which means it came, said the same way. #}
{% macro traffic_medium(arrival, click_ids) -%}
    case
        when {{ arrival }}.utm_medium is not null then {{ arrival }}.utm_medium
        when {{ click_ids }}.medium is not null then {{ click_ids }}.medium
        when coalesce({{ arrival }}.utm_source, {{ arrival }}.utm_campaign) is not null then '(not set)'
        when {{ arrival }}.referrer_kind = 'none' then '(none)'
        when {{ arrival }}.referrer_kind = 'search' then 'organic'
        else 'referral'
    end
{%- endmacro %}


{# All that a channel is told from. Arrivals that say the same are judged once. #}
{% macro signal_id() -%}
    {{ stable_id([
        'brand', 'source', 'medium', 'lower(campaign)', 'click_id_type', 'tagged_campaign_id', 'referrer_kind',
    ]) }}
{%- endmacro %}
