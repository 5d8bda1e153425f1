{# An address as it was meant: without the blanks around it, with `&` where a program wrote `&amp;` into a link, and
   with its question mark where the whole link was encoded into a path. #}
{% macro url_cleaned(url) -%}
    {{ adapter.dispatch('url_cleaned', 'leadgen')(url) }}
{%- endmacro %}


{# The host of an address in lower case, without login, port, last dot and `www.`; null where there is none. Exports
   write addresses without their scheme: those are read if they begin like a host with a dot. #}
{% macro url_host(url) -%}
    {{ adapter.dispatch('url_host', 'leadgen')(url) }}
{%- endmacro %}


{# The page that an address names, as it is read: host and path, without tags, anchor and last slash, and without what
   names a person. Null where there is no host. #}
{% macro url_page(url) -%}
    {{ url_host(url) }} || {{ name_without_contacts(url_decoded('replace(' ~ url_path(url) ~ ", '+', '%2B')")) }}
{%- endmacro %}


{# The path of an address, without its last slash; empty where there is none. #}
{% macro url_path(url) -%}
    {{ adapter.dispatch('url_path', 'leadgen')(url) }}
{%- endmacro %}


{# A value that says something: no placeholder of a form or a link, no macro that the ad platform forgot to fill in. #}
{% macro filled_in(text) -%}
    case
        when {{ is_unfilled(text) }} then null
        when lower({{ written_plainly(text) }}) in (
            '', '–', '—', 'none', '(none)', 'null', '(null)', 'nil', 'nan', 'n/a', 'n\a', 'n.a.', 'na', 'false', '%s',
            'undefined', 'unknown', '(unknown)', 'unbekannt', 'not set', '(not set)', 'not_set', 'notset', 'not-set',
            'not provided', '(not provided)', 'not available', '(not available)', '(data not available)', '(other)',
            'no source', 'no medium', 'no campaign', 'empty', '(empty)', 'direct', '(direct)', '[object object]', 'xxxxx',
            'не задано', '(не задано)', 'не указано', 'неизвестно', 'нет', 'не определено', '(не определено)'
        ) then null
        when {{ is_of_signs_alone(text) }} then null
        else {{ written_plainly(text) }}
    end
{%- endmacro %}


{# Whether a text is a macro that nobody filled in: {campaignid}, {{site}}, __CAMPAIGN_ID__, %%NAME%%, *|NAME|*, and the
   names of tags and ads as [campaign], <source>, $utm_source, %utm_term%. #}
{% macro is_unfilled(text) -%}
    (
        contains({{ text }}, '{')
        or contains({{ text }}, '}')
        or (starts_with({{ text }}, '__') and ends_with({{ text }}, '__'))
        or (starts_with({{ text }}, '%%') and ends_with({{ text }}, '%%'))
        or (starts_with({{ text }}, '*|') and ends_with({{ text }}, '|*'))
        or {{ is_name_of_a_macro(text) }}
    )
{%- endmacro %}

{# `[Brand]` is a campaign as well as `[campaign]` is none: the word decides. #}
{% macro is_name_of_a_macro(text) -%}
    {{ adapter.dispatch('is_name_of_a_macro', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__is_name_of_a_macro(text) -%}
    coalesce(
        left(trim({{ text }}), 1) in ('[', '<', '$', '%')
        and regexp_full_match(
            lower(trim({{ text }})),
            '[\[<$%](((utm[_ -])?(source|medium|campaign|term|content|id|keyword|site|placement|creative|network|device|ad'
            || '|site[_ ]source|ad[_ -]?(set|group)|gclid|fbclid)([_ .-]?(name|id))?)|not[_ ]set|none|null|empty)[\]>%]?'
        ),
        false
    )
{%- endmacro %}

{# `-`, `...`, `[]`: nothing that could be read aloud. #}
{% macro is_of_signs_alone(text) -%}
    {{ adapter.dispatch('is_of_signs_alone', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__is_of_signs_alone(text) -%}
    coalesce(regexp_full_match({{ text }}, '[[:punct:]\s]+'), false)
{%- endmacro %}


{# The device in an analytics cookie that was sent as it is: GA1.1.12.34 of Google, ab12.1700000000.. of Matomo. #}
{% macro device_of_cookie(text) -%}
    case
        when {{ text }} like 'GA1.%.amp-%' then {{ dbt.split_part(text, "'.'", 3) }}
        when {{ text }} like 'GA1.%.%.%'
            then {{ dbt.split_part(text, "'.'", 3) }} || '.' || {{ dbt.split_part(text, "'.'", 4) }}
        -- One of the present session, or one that was cut, names no device.
        when {{ text }} like 'GA_.%' or {{ text }} like 'GS_.%' then null
        when length({{ dbt.split_part(text, "'.'", 1) }}) = 16 and {{ text }} like '%.%.%'
            then {{ dbt.split_part(text, "'.'", 1) }}
        else {{ text }}
    end
{%- endmacro %}


{# The digits of a phone number, so that two ways of writing one number are equal. #}
{% macro phone_digits(text) -%}
    nullif(translate({{ text }}, '+ ()-./', ''), '')
{%- endmacro %}


{# What a telephone shows of a caller, so that two ways of saying nothing are equal: no sip:, no host, no signs. #}
{% macro caller_key(text) -%}
    {{ adapter.dispatch('caller_key', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__caller_key(text) -%}
    nullif(regexp_replace(
        split_part(split_part(regexp_replace(lower(trim({{ text }})), '^<?(sips?|tel):', ''), '@', 1), ';', 1),
        '[\s+_()<>".-]+', '', 'g'
    ), '')
{%- endmacro %}


{# An address without what follows a plus in its mailbox: of a colleague that is a test of hers. #}
{% macro without_plus_tag(email) -%}
    case
        when contains({{ dbt.split_part(email, "'@'", 1) }}, '+')
            then {{ dbt.split_part(email, "'+'", 1) }} || '@' || {{ dbt.split_part(email, "'@'", 2) }}
        else {{ email }}
    end
{%- endmacro %}


{# A name as people copy it: whatever blank, hyphen, underscore or plus stands between its words, with accents or none,
   a page's `&amp;` and the stroke behind an address. #}
{% macro loosely_written(text) -%}
    {{ adapter.dispatch('loosely_written', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__loosely_written(text) -%}
    trim(regexp_replace(
        replace(replace(strip_accents(lower({{ text }})), 'ß', 'ss'), '&amp;', '&'), '[\s_+–—-]+', ' ', 'g'
    ), ' /')
{%- endmacro %}


{# A word for a source or a platform without the signs that people put between its parts: Google Ads, google_ads. #}
{% macro word_key(text) -%}
    translate(lower({{ text }}), ' _-/+&|', '')
{%- endmacro %}


{# The click ids that a landing page may carry, the surest first. Facebook's last: it's put on every link. #}
{% macro click_id_types() -%}
    {{ return([
        'gclid', 'gbraid', 'wbraid', 'msclkid', 'yclid', 'dclid',
        'ttclid', 'li_fat_id', 'twclid', 'sccid', 'rdt_cid', 'oppref', 'epik', 'fbclid',
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
