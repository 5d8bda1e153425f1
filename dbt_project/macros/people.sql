{# The words of a person's name in alphabetical order, without accents, titles and signs; null where none is. #}
{% macro name_words(text) -%}
    {{ adapter.dispatch('name_words', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__name_words(text) -%}
    nullif(
        list_sort(list_distinct(list_filter(
            string_split(regexp_replace(lower(strip_accents({{ text }})), '[^\p{L}]+', ' ', 'g'), ' '),
            lambda word : word not in ('', 'mr', 'mrs', 'ms', 'miss', 'dr', 'prof', 'herr', 'frau', 'dipl', 'ing')
        ))),
        []
    )
{%- endmacro %}


{# Words as one text, to compare and to sort. #}
{% macro joined_words(words) -%}
    {{ adapter.dispatch('joined_words', 'leadgen')(words) }}
{%- endmacro %}

{% macro duckdb__joined_words(words) -%}
    array_to_string({{ words }}, ' ')
{%- endmacro %}


{% macro word_count(words) -%}
    {{ adapter.dispatch('word_count', 'leadgen')(words) }}
{%- endmacro %}

{% macro duckdb__word_count(words) -%}
    len({{ words }})
{%- endmacro %}


{# Whether two names can be of one person: the words of one are all in the other, or all but one are equal and that one
   is an initial, or a slip of a letter in five or more. Kept equal to `names_agree` of warehouse/steps/claims.py. #}
{% macro names_agree(words, other_words) -%}
    {{ adapter.dispatch('names_agree', 'leadgen')(words, other_words) }}
{%- endmacro %}

{% macro duckdb__names_agree(words, other_words) -%}
    {%- set rest = "list_filter(" ~ words ~ ", lambda word : not list_contains(" ~ other_words ~ ", word))" -%}
    {%- set other_rest = "list_filter(" ~ other_words ~ ", lambda word : not list_contains(" ~ words ~ ", word))" -%}
    (
        len({{ rest }}) = 0
        or len({{ other_rest }}) = 0
        or (
            len({{ rest }}) = 1
            and len({{ other_rest }}) = 1
            and len({{ words }}) > 1
            and (
                (
                    least(length({{ rest }}[1]), length({{ other_rest }}[1])) = 1
                    and left({{ rest }}[1], 1) = left({{ other_rest }}[1], 1)
                )
                or (
                    least(length({{ rest }}[1]), length({{ other_rest }}[1])) >= 5
                    and damerau_levenshtein({{ rest }}[1], {{ other_rest }}[1]) <= 1
                )
            )
        )
    )
{%- endmacro %}


{# A number of a Russian vendor, who leaves the plus sign out; with it the number is read alike in every country. #}
{% macro with_plus_sign(phone) -%}
    case when {{ phone }} like '7__________' then '+' else '' end || {{ phone }}
{%- endmacro %}


{# Whether somebody gave it a tag that says spam, in English or in Russian. #}
{% macro is_tagged_spam(tags) -%}
    coalesce(lower({{ tags }}) like '%spam%' or lower({{ tags }}) like '%спам%', false)
{%- endmacro %}
