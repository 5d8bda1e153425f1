{# What may be shown of an e-mail address: j***@e***.com. An address that was none shows that something was there. #}
{% macro masked_email(email, raw_email) -%}
    case
        when {{ email }} is not null then
            left({{ email }}, 1) || '***@'
            || left({{ dbt.split_part(email, "'@'", 2) }}, 1) || '***.'
            || {{ dbt.split_part(dbt.split_part(email, "'@'", 2), "'.'", -1) }}
        when {{ raw_email }} is not null then '***'
    end
{%- endmacro %}


{# What may be shown of a phone number: +49*****12. #}
{% macro masked_phone(phone, raw_phone) -%}
    case
        when {{ phone }} is not null then left({{ phone }}, 3) || '*****' || right({{ phone }}, 2)
        when {{ raw_phone }} is not null then '***'
    end
{%- endmacro %}


{# Equal for equal values, and of no use to who doesn't hold the key. Without a key there is no hash: all phone
   numbers of a country are tried in minutes. #}
{% macro keyed_hash(text) -%}
    {{ adapter.dispatch('keyed_hash', 'leadgen')(text) }}
{%- endmacro %}

{# The profile gives the key to the session, so that it stands in no statement, log or manifest. #}
{% macro duckdb__keyed_hash(text) -%}
    {%- set key = "cast(nullif(getvariable('hash_key'), '') as varchar)" -%}
    sha256({{ key }} || sha256({{ key }} || {{ text }}))
{%- endmacro %}


{# A tag or a name without the e-mail addresses that newsletters put into their links. #}
{% macro without_emails(text) -%}
    case
        when contains({{ text }}, '@')
            then {{ replaced_everywhere(text, "'[^\\s@,;:/?&=<>\"]+@[^\\s@,;:/?&=<>\"]+'", "'***'") }}
        else {{ text }}
    end
{%- endmacro %}


{# A tag or a name without the addresses and the phone numbers in it. Dates, amounts and the ids of vendors are digits
   too, and stay: a number is one by its plus, its area code or its groups. #}
{% macro name_without_contacts(text) -%}
    {%- set international = "\\B[+][1-9][0-9 ()/.-]{6,}[0-9]|\\b00[1-9][0-9 ()/.-]{6,}[0-9]" -%}
    {%- set national = "\\b0[1-9][0-9]{8,11}\\b|\\b0[1-9][0-9]{1,4}[ /-][0-9][0-9 -]{4,}[0-9]" -%}
    {%- set bracketed = "[(]0?[0-9]{2,5}[)][ -]?[0-9][0-9 -]{4,}[0-9]" -%}
    {%- set american = "\\b[2-9][0-9]{2}[ .-][0-9]{3}[ .-][0-9]{4}\\b" -%}
    {%- set mobile = "\\b[78]9[0-9]{9}\\b" -%}
    {%- set russian = "\\b[78][ -][(]?[3489][0-9]{2}[)]?[ -][0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}\\b" -%}
    {%- set numbers = [international, national, bracketed, american, mobile, russian] | join("|") -%}
    {{ replaced_everywhere(without_emails(text), "'" ~ numbers ~ "'", "'***'") }}
{%- endmacro %}


{# What a person wrote, without the addresses and the numbers in it. #}
{% macro without_contacts(text) -%}
    {{ replaced_everywhere(without_emails(text), "'[+(]?[0-9][0-9 ()/.-]{5,}[0-9]'", "'***'") }}
{%- endmacro %}


{% macro replaced_everywhere(text, pattern, replacement) -%}
    {{ adapter.dispatch('replaced_everywhere', 'leadgen')(text, pattern, replacement) }}
{%- endmacro %}

{% macro duckdb__replaced_everywhere(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ replacement }}, 'g')
{%- endmacro %}
