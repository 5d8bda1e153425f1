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
        -- An id that a network puts on every link says nothing of a tag of another source.
        when {{ click_ids }}.medium is not null and ({{ arrival }}.utm_source is null or {{ click_ids }}.platform is not null)
            then {{ click_ids }}.medium
        when coalesce({{ arrival }}.utm_source, {{ arrival }}.utm_campaign) is not null then '(not set)'
        when {{ arrival }}.referrer_kind = 'none' then '(none)'
        when {{ arrival }}.referrer_kind = 'search' then 'organic'
        else 'referral'
    end
{%- endmacro %}


{# Whether a click id came with an arrival of another kind: the link of an ad was passed on in a mail or a post. The tag
   says so, or, where there is none, the page before; a click that the platform sold to this very device is an ad. #}
{% macro is_click_passed_on(arrival, click_ids, tag_platform, click) -%}
    coalesce(
        {{ click_ids }}.platform is not null
        and {{ click }} is null
        and (
            (
                coalesce({{ tag_platform }}, '') <> {{ click_ids }}.platform
                and {{ matches_fully(
                    arrival ~ '.utm_medium',
                    "'e[-_ .]?mails?|mail|newsletters?|mailing|(organic[-_ ]?)?social([-_ ]?(network|media|post))?|sm|post|affiliates?|aff|sms|"
                    ~ "messenger|whatsapp|telegram|web[-_ ]?push|push'"
                ) }}
            )
            or (
                {{ arrival }}.utm_medium is null
                and {{ tag_platform }} in ('email', 'sms', 'affiliate')
            )
            or (
                coalesce({{ arrival }}.utm_source, {{ arrival }}.utm_medium, {{ arrival }}.utm_campaign) is null
                and {{ click_ids }}.medium = 'cpc'
                and {{ arrival }}.referrer_kind in ('social', 'ai')
            )
        ),
        false
    )
{%- endmacro %}


{# All that a channel is told from. Arrivals that say the same are judged once. #}
{% macro signal_id() -%}
    {{ stable_id([
        'brand', 'source', 'medium', 'lower(campaign)', 'click_id_type', 'tagged_campaign_id', 'tagged_platform',
        'referrer_kind',
    ]) }}
{%- endmacro %}
