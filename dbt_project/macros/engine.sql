{# What only DuckDB says this way. Another engine adds its own `<engine>__` form; the models stay as they are. #}


{# The text under a key of a JSON object, null where it is absent. #}
{% macro json_text(json, key) -%}
    {{ adapter.dispatch('json_text', 'leadgen')(json, key) }}
{%- endmacro %}

{% macro duckdb__json_text(json, key) -%}
    json_extract_string({{ json }}, '$."{{ key }}"')
{%- endmacro %}


{# The texts of a JSON list, one row each. #}
{% macro json_elements(json) -%}
    {{ adapter.dispatch('json_elements', 'leadgen')(json) }}
{%- endmacro %}

{% macro duckdb__json_elements(json) -%}
    unnest(cast(cast({{ json }} as json) as varchar[]))
{%- endmacro %}


{# The keys of a JSON object, one row each. #}
{% macro json_names(json) -%}
    {{ adapter.dispatch('json_names', 'leadgen')(json) }}
{%- endmacro %}

{% macro duckdb__json_names(json) -%}
    unnest(json_keys({{ json }}))
{%- endmacro %}


{# The text under a key that stands in a column. #}
{% macro json_text_of(json, column) -%}
    {{ adapter.dispatch('json_text_of', 'leadgen')(json, column) }}
{%- endmacro %}

{% macro duckdb__json_text_of(json, column) -%}
    json_extract_string({{ json }}, '$."' || replace({{ column }}, '"', '') || '"')
{%- endmacro %}


{# The parts of a text between separators, one row each. #}
{% macro text_elements(text, separator) -%}
    {{ adapter.dispatch('text_elements', 'leadgen')(text, separator) }}
{%- endmacro %}

{% macro duckdb__text_elements(text, separator) -%}
    unnest(string_split({{ text }}, '{{ separator }}'))
{%- endmacro %}


{# The elements of a list, one row each. #}
{% macro list_elements(list) -%}
    {{ adapter.dispatch('list_elements', 'leadgen')(list) }}
{%- endmacro %}

{% macro duckdb__list_elements(list) -%}
    unnest({{ list }})
{%- endmacro %}


{# Whether the whole text fits a pattern of the rule files. #}
{% macro matches_fully(text, pattern) -%}
    {{ adapter.dispatch('matches_fully', 'leadgen')(text, pattern) }}
{%- endmacro %}

{% macro duckdb__matches_fully(text, pattern) -%}
    regexp_full_match({{ text }}, {{ pattern }})
{%- endmacro %}


{# The same where both stand in columns of many rows; null fits nothing. The function is one of ours. #}
{% macro matches_fully_by_row(text, pattern) -%}
    {{ adapter.dispatch('matches_fully_by_row', 'leadgen')(text, pattern) }}
{%- endmacro %}

{% macro duckdb__matches_fully_by_row(text, pattern) -%}
    fits_pattern({{ text }}, {{ pattern }})
{%- endmacro %}


{# A UTC timestamp as the clock of a time zone shows it. Slow: convert distinct hours, not rows. #}
{% macro local_time(utc_timestamp, time_zone) -%}
    {{ adapter.dispatch('local_time', 'leadgen')(utc_timestamp, time_zone) }}
{%- endmacro %}

{% macro duckdb__local_time(utc_timestamp, time_zone) -%}
    timezone({{ time_zone }}, timezone('UTC', {{ utc_timestamp }}))
{%- endmacro %}


{# A moment of a time zone's clock, in UTC. #}
{% macro utc_time(local_timestamp, time_zone) -%}
    {{ adapter.dispatch('utc_time', 'leadgen')(local_timestamp, time_zone) }}
{%- endmacro %}

{% macro duckdb__utc_time(local_timestamp, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, {{ local_timestamp }}))
{%- endmacro %}


{# A day and a minute of it as a moment. #}
{% macro day_at_minute(day, minute_of_day) -%}
    {{ adapter.dispatch('day_at_minute', 'leadgen')(day, minute_of_day) }}
{%- endmacro %}

{% macro duckdb__day_at_minute(day, minute_of_day) -%}
    (cast({{ day }} as timestamp) + to_minutes({{ minute_of_day }}))
{%- endmacro %}


{# Every day from the first to the last, one row each. #}
{% macro days_between(first_day, last_day) -%}
    {{ adapter.dispatch('days_between', 'leadgen')(first_day, last_day) }}
{%- endmacro %}

{% macro duckdb__days_between(first_day, last_day) -%}
    cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date)
{%- endmacro %}


{% macro duckdb__url_cleaned(url) -%}
    case
        when not contains({{ url }}, '?') and contains(lower({{ url }}), '%3f')
            then coalesce(try(url_decode({{ url }})), {{ url }})
        -- Tags that were encoded with their signs; inside the address of another page they are that page's.
        when contains(lower({{ url }}), '%3d')
            and regexp_matches({{ url }}, '(?i)[?&](utm_[a-z]+|gclid)%3D|%26(utm_[a-z]+|gclid)%3D')
            and not regexp_matches({{ url }}, '(?i)=[^&]*(%2F|%3A|://|%3F)[^&]*%3D')
            then regexp_replace(
                regexp_replace({{ url }}, '(?i)%26(utm_[a-z]+|gclid)%3D', '&\1=', 'g'),
                '(?i)([?&])(utm_[a-z]+|gclid)%3D', '\1\2=', 'g'
            )
        else regexp_replace(trim({{ url }}, e' \t\r\n'), '(?i)(&|\\u0026)(amp;|#0*38;|#x26;)*', '&', 'g')
    end
{%- endmacro %}


{# As the URL standard of the WHATWG reads it, but for names in another script, which stay as they are written. A file,
   an extension of the browser or the shell of an app is no host. #}
{% macro duckdb__url_host(url) -%}
    nullif(regexp_replace(
        coalesce(
            nullif(regexp_extract(
                regexp_replace(
                    lower(trim({{ url }})), '^(file|data|blob|app|capacitor|ionic|javascript|[a-z-]*extension):.*', ''
                ),
                '^(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,}(?:[^/\\?#@]*@)?(\[[^\]]*\]|[^/\\?#:]*)', 1
            ), ''),
            regexp_extract(
                lower(trim({{ url }})), '^((?:[^/\\?#:@.\s&=]+\.)+[^/\\?#:@.\s&=]+)\.?(?::[0-9]+)?(?:[/?#]|$)', 1
            )
        ),
        '^www\.|\.$', '', 'g'
    ), '')
{%- endmacro %}


{% macro duckdb__url_path(url) -%}
    rtrim(regexp_extract(
        trim({{ url }}), '^(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?[/\\]{2,})?[^/\\?#]*([/\\][^?#]*)', 1
    ), '/')
{%- endmacro %}


{# A text with single blanks, without quotation marks around it and without signs that nobody sees. #}
{% macro written_plainly(text) -%}
    {{ adapter.dispatch('written_plainly', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__written_plainly(text) -%}
    case
        when regexp_full_match({{ text }}, '[!#-&(-~]*(?: [!#-&(-~]+)*') then {{ text }}
        else regexp_replace(
            trim(
                regexp_replace(
                    regexp_replace({{ text }}, '[\x{200B}\x{2060}\x{FEFF}\x{00AD}]', '', 'g'),
                    '[\s\x{00A0}\x{2000}-\x{200A}\x{202F}\x{3000}]+', ' ', 'g'
                )
            ),
            '^"(.*)"$|^''(.*)''$|^“(.*)”$|^„(.*)[“”]$|^«(.*)»$', '\1\2\3\4\5'
        )
    end
{%- endmacro %}


{# The parameters of a cleaned address as `name=value`, those behind `#` after those before it. By the standard a
   question mark inside a query is a sign like any other; where a name and `=` follow it, somebody joined two queries
   with it. An address inside a value keeps its own. #}
{% macro url_parameters(url) -%}
    {{ adapter.dispatch('url_parameters', 'leadgen')(url) }}
{%- endmacro %}

{% macro duckdb__url_parameters(url) -%}
    case
        when not contains({{ url }}, '=') then null
        when not contains({{ url }}, '#') and not regexp_matches({{ url }}, '\?.*[?;]') and contains({{ url }}, '?')
            then list_filter(
                string_split(substr({{ url }}, instr({{ url }}, '?') + 1), '&'), lambda pair : not ends_with(pair, '=')
            )
        else list_filter(
            flatten(list_transform(
                string_split(
                    regexp_replace(regexp_extract({{ url }}, '^[^?#&]*[?#&](.*)$', 1), '#', '&', 'g'), '&'
                ),
                lambda pair : case
                    when regexp_matches(pair, '^[^?;]*=https?:') then [pair]
                    else string_split(regexp_replace(pair, '[?;]+([A-Za-z][A-Za-z0-9_.]*=)', '&\1', 'g'), '&')
                end
            )),
            lambda pair : contains(pair, '=') and not ends_with(pair, '=')
        )
    end
{%- endmacro %}


{# The names of parameters in their order, in lower case. #}
{% macro parameter_names(parameters) -%}
    {{ adapter.dispatch('parameter_names', 'leadgen')(parameters) }}
{%- endmacro %}

{% macro duckdb__parameter_names(parameters) -%}
    list_transform(
        {{ parameters }},
        lambda pair : lower(
            case
                -- PHP's lists, and a hyphen for the underscore.
                when regexp_matches(pair, '^(?i)(utm-|[^=]*(\[|%5B))')
                    then regexp_replace(
                        regexp_replace(split_part(pair, '=', 1), '(?i)(\[|%5B)[0-9]*(\]|%5D)$', ''), '(?i)^utm-', 'utm_'
                    )
                when contains(split_part(pair, '=', 1), '%')
                    then coalesce(try(url_decode(split_part(pair, '=', 1))), split_part(pair, '=', 1))
                else split_part(pair, '=', 1)
            end
        )
    )
{%- endmacro %}


{# The values of parameters, still encoded, in the order of their names. #}
{% macro parameter_values(parameters) -%}
    {{ adapter.dispatch('parameter_values', 'leadgen')(parameters) }}
{%- endmacro %}

{% macro duckdb__parameter_values(parameters) -%}
    list_transform({{ parameters }}, lambda pair : substr(pair, instr(pair, '=') + 1))
{%- endmacro %}


{# The value of the first parameter of that name that has one, still encoded: a repeated one is an accident. #}
{% macro query_value(names, texts, name) -%}
    {{ adapter.dispatch('query_value', 'leadgen')(names, texts, name) }}
{%- endmacro %}

{% macro duckdb__query_value(names, texts, name) -%}
    nullif({{ texts }}[list_position({{ names }}, '{{ name }}')], '')
{%- endmacro %}


{# A query value read once: plus is a blank, percent is UTF-8. #}
{% macro url_decoded(text) -%}
    {{ adapter.dispatch('url_decoded', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__url_decoded(text) -%}
    case
        when contains({{ text }}, '%') or contains({{ text }}, '+')
            -- Bytes that are no UTF-8 stay as they came.
            then coalesce(try(url_decode(replace({{ text }}, '+', ' '))), {{ text }})
        else {{ text }}
    end
{%- endmacro %}


{# Whether a decoded value still holds an escape: it was encoded twice, or its bytes are no UTF-8. #}
{% macro is_still_encoded(text) -%}
    {{ adapter.dispatch('is_still_encoded', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__is_still_encoded(text) -%}
    (contains({{ text }}, '%') and regexp_matches({{ text }}, '%[0-9A-Fa-f]{2}'))
{%- endmacro %}


{# The files of the landing zone, also those of days on which nothing happened. One row per file, column `file`. #}
{% macro landed_files() -%}
    {{ adapter.dispatch('landed_files', 'leadgen')() }}
{%- endmacro %}

{% macro duckdb__landed_files() -%}
    glob('{{ env_var("LEADGEN_LANDING") }}/*/*/account=*/day=*.parquet')
{%- endmacro %}


{# All landed records, whatever their table: the columns that the landing zone gives every record, and `file`, in which
   it lies. The files are read by the names of the columns asked for, so that they need not have others in common. Of any age: a
   column of ours that older files lack is empty in them, which takes longer to read. #}
{% macro landed_records(of_any_age=false) -%}
    {{ adapter.dispatch('landed_records', 'leadgen')(of_any_age) }}
{%- endmacro %}

{% macro duckdb__landed_records(of_any_age) -%}
    read_parquet(
        '{{ env_var("LEADGEN_LANDING") }}/[a-z]*/*/**/*.parquet',
        filename = 'file', hive_partitioning = false{% if of_any_age %}, union_by_name = true{% endif %}

    )
{%- endmacro %}


{# The files of days that came back much smaller and were kept aside. One row per file, column `file`. #}
{% macro held_files() -%}
    {{ adapter.dispatch('held_files', 'leadgen')() }}
{%- endmacro %}

{% macro duckdb__held_files() -%}
    glob('{{ env_var("LEADGEN_LANDING") }}/_held/*/*/account=*/day=*.parquet')
{%- endmacro %}


{# Whether a page is our own: on the host of the landing page, above it or below it, or below a host of the brand. #}
{% macro is_own_page(host, landing_host, own_hosts) -%}
    {{ adapter.dispatch('is_own_page', 'leadgen')(host, landing_host, own_hosts) }}
{%- endmacro %}

{% macro duckdb__is_own_page(host, landing_host, own_hosts) -%}
    (
        coalesce({{ host }} = {{ landing_host }}, false)
        or coalesce(ends_with({{ host }}, '.' || {{ landing_host }}), false)
        -- Above a site is its company, but above shop.co.uk is a country.
        or coalesce(
            ends_with({{ landing_host }}, '.' || {{ host }})
            and contains({{ host }}, '.')
            and not regexp_full_match({{ host }}, '(co|com|org|net|gov|ac|ne|or|edu)\.[a-z]{2}'),
            false
        )
        or coalesce(len(list_filter(
            string_split({{ own_hosts }}, ';'), lambda own : own <> '' and ends_with('.' || {{ host }}, '.' || own)
        )) > 0, false)
    )
{%- endmacro %}


{# A host and all it lies under: a.b.de, b.de, de; one row each. #}
{% macro host_suffixes(host) -%}
    {{ adapter.dispatch('host_suffixes', 'leadgen')(host) }}
{%- endmacro %}

{% macro duckdb__host_suffixes(host) -%}
    unnest(list_transform(
        range(1, len(string_split({{ host }}, '.')) + 1),
        lambda n : array_to_string(string_split({{ host }}, '.')[n:], '.')
    ))
{%- endmacro %}


{# A number from 0 to below 1 that depends on the text alone, the same on every machine. #}
{% macro uniform_of(text) -%}
    {{ adapter.dispatch('uniform_of', 'leadgen')(text) }}
{%- endmacro %}

{% macro duckdb__uniform_of(text) -%}
    cast(cast(md5_number_lower({{ text }}) % 1000000000 as double) / 1000000000 as double)
{%- endmacro %}


{# The whole numbers from 1 to the given one, one row each. #}
{% macro numbers_to(last) -%}
    {{ adapter.dispatch('numbers_to', 'leadgen')(last) }}
{%- endmacro %}

{% macro duckdb__numbers_to(last) -%}
    cast(unnest(generate_series(1, {{ last }})) as integer)
{%- endmacro %}


{# The day of the week from 1, which is Monday. #}
{% macro iso_weekday(day) -%}
    {{ adapter.dispatch('iso_weekday', 'leadgen')(day) }}
{%- endmacro %}

{% macro duckdb__iso_weekday(day) -%}
    cast(isodow({{ day }}) as integer)
{%- endmacro %}


{# Whole minutes of a time of day since midnight. #}
{% macro minute_of_day(moment) -%}
    {{ adapter.dispatch('minute_of_day', 'leadgen')(moment) }}
{%- endmacro %}

{% macro duckdb__minute_of_day(moment) -%}
    (hour({{ moment }}) * 60 + minute({{ moment }}))
{%- endmacro %}


{# The value in the middle. #}
{% macro median_of(expression) -%}
    {{ adapter.dispatch('median_of', 'leadgen')(expression) }}
{%- endmacro %}

{% macro duckdb__median_of(expression) -%}
    median({{ expression }})
{%- endmacro %}


{# The set of numbers up to `largest` that holds this one alone. #}
{% macro set_of_one(number, largest) -%}
    {{ adapter.dispatch('set_of_one', 'leadgen')(number, largest) }}
{%- endmacro %}

{% macro duckdb__set_of_one(number, largest) -%}
    set_bit(cast(repeat('0', cast({{ largest }} as integer)) as bit), cast({{ number }} - 1 as integer), 1)
{%- endmacro %}


{# What the sets of a group hold together. #}
{% macro union_of_sets(sets) -%}
    {{ adapter.dispatch('union_of_sets', 'leadgen')(sets) }}
{%- endmacro %}

{% macro duckdb__union_of_sets(sets) -%}
    bit_or({{ sets }})
{%- endmacro %}


{# How many numbers a set holds. #}
{% macro size_of_set(set) -%}
    {{ adapter.dispatch('size_of_set', 'leadgen')(set) }}
{%- endmacro %}

{% macro duckdb__size_of_set(set) -%}
    bit_count({{ set }})
{%- endmacro %}


{# Whether a set holds a number. #}
{% macro is_in_set(number, set) -%}
    {{ adapter.dispatch('is_in_set', 'leadgen')(number, set) }}
{%- endmacro %}

{% macro duckdb__is_in_set(number, set) -%}
    get_bit({{ set }}, cast({{ number }} - 1 as integer)) = 1
{%- endmacro %}


{# A number of its own for each row, whichever: it holds for the table that it is made in. #}
{% macro any_row_number() -%}
    {{ adapter.dispatch('any_row_number', 'leadgen')() }}
{%- endmacro %}

{% macro duckdb__any_row_number() -%}
    row_number() over ()
{%- endmacro %}


{# The rows of several steps one below the other, columns of the same name in one; null where a step has none. #}
{% macro rows_by_name(steps) -%}
    {{ adapter.dispatch('rows_by_name', 'leadgen')(steps) }}
{%- endmacro %}

{% macro duckdb__rows_by_name(steps) -%}
    {%- for step in steps %}
    {%- if not loop.first %}
    union all by name
    {%- endif %}
    select * from {{ step }}
    {%- endfor %}
{%- endmacro %}
