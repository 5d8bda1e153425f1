{# The words of a person's name in one spelling and in order; null where none is. See warehouse/steps/names.py. #}
{% macro name_words(text) -%}
    {{ adapter.dispatch('name_words', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__name_words(text) -%}
    person_name_words({{ text }})
{%- endmacro %}


{# Words as one text, to compare and to sort. #}
{% macro joined_words(words) -%}
    {{ adapter.dispatch('joined_words', 'leadgen')(words) }}
{%- endmacro %}

{% macro duckdb__joined_words(words) -%}
    array_to_string({{ words }}, ' ')
{%- endmacro %}


{# How many words of a name tell one person from others: 1 for a family and for a couple. #}
{% macro word_count(text) -%}
    {{ adapter.dispatch('word_count', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__word_count(text) -%}
    person_word_count({{ text }})
{%- endmacro %}


{# Whether two names can be of one person, given their words. #}
{% macro names_agree(words, other_words) -%}
    {{ adapter.dispatch('names_agree', 'leadgen')(words, other_words) }}
{%- endmacro %}

{% macro duckdb__names_agree(words, other_words) -%}
    person_names_agree({{ words }}, {{ other_words }})
{%- endmacro %}


{# A number of a Russian vendor, who leaves the plus sign out, also of foreign callers; with it the number is read alike
   in every country. Eleven digits that begin with eight are dialled inside Russia. #}
{% macro with_plus_sign(phone) -%}
    case
        when {{ matches_fully(phone, "'([1-79][0-9]{10,14}|8[0-9]{11,14})'") }} then '+'
        else ''
    end || {{ phone }}
{%- endmacro %}


{# The browsers among these that are programs: crawlers, scanners of links, previews (rule file program_agents). Of
   whole user agents the package that the pixel asks knows more; a name such as `WhatsApp` alone it takes for a
   preview. #}
{% macro programs_among(relation, column, are_user_agents=false) -%}
    select distinct agents.agent
    from (select distinct {{ column }} as agent from {{ relation }} where {{ column }} is not null) as agents
    inner join {{ ref('stg_rules__program_agents') }} as patterns
        on {{ matches_fully('lower(agents.agent)', "'.*(' || patterns.pattern || ').*'") }}
    {%- if are_user_agents %}

    union

    select agents.agent
    from (select distinct {{ column }} as agent from {{ relation }} where {{ column }} is not null) as agents
    where {{ is_listed_program('agents.agent') }}
    {%- endif %}
{%- endmacro %}


{# What a person wrote. Of what was landed before words and machine fields were told apart, all of it. #}
{% macro written_words(all_of_it, of='') -%}
    case when {{ of }}context is null then {{ all_of_it }} else {{ of }}message end
{%- endmacro %}


{# Whether somebody gave it a tag that says spam, in English or in Russian. #}
{% macro is_tagged_spam(tags) -%}
    coalesce(lower({{ tags }}) like '%spam%' or lower({{ tags }}) like '%спам%', false)
{%- endmacro %}


{# Whether the package of programs lists a user agent. See warehouse/steps/dbt_functions.py. #}
{% macro is_listed_program(agent) -%}
    {{ adapter.dispatch('is_listed_program', 'leadgen')(agent) }}
{%- endmacro %}

{% macro duckdb__is_listed_program(agent) -%}
    is_listed_program({{ agent }})
{%- endmacro %}
