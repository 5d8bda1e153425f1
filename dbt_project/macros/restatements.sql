{# One text for a group of different rows, the same in whichever order they come. #}
{% macro rows_fingerprint(text) -%}
    {{ adapter.dispatch('rows_fingerprint', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__rows_fingerprint(text) -%}
    count(*) || ':' || bit_xor(md5_number_lower({{ text }}))
{%- endmacro %}


{# Rule files that name channels or share credit: records, people and touches are the same before and after. #}
{% macro rules_of_channels() -%}
    (
        'ai_assistants', 'campaign_map', 'channel_rules', 'click_ids', 'custom_weights', 'excluded_referrers',
        'lookback_windows', 'mail_sites', 'platform_channels', 'search_engines', 'self_reported_channels',
        'shopping_sites', 'social_networks', 'source_platforms', 'tracker_channels', 'video_sites'
    )
{%- endmacro %}


{# Rule files that no number of a snapshot is made with; what joins and parts people is seen in the people. #}
{% macro rules_beside_the_numbers() -%}
    (
        'claim_rules', 'disposable_domains', 'empty_names', 'flag_definitions', 'holiday_regions', 'holidays',
        'identifier_blocklist', 'identity_overrides', 'identity_settings', 'lost_reasons', 'mail_providers', 'nicknames',
        'problem_thresholds', 'programme_channels', 'response_buckets', 'role_mailboxes', 'withheld_numbers', 'working_hours'
    )
{%- endmacro %}
