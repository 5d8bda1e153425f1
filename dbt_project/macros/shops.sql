{# The clock of a shop: its times are landed as they were written, with an offset from UTC where one was written. #}


{# A moment as a clock showed it, of a text that begins with day and second; `clock` is the column that says the time
   where the text is of a day alone. #}
{% macro written_moment(text, clock='') -%}
    {%- if clock -%}
    cast(
        case when {{ clock }} is null then left({{ text }}, 19) else left({{ text }}, 10) || ' ' || {{ clock }} end
        as timestamp
    )
    {%- else -%}
    cast(left({{ text }}, 19) as timestamp)
    {%- endif -%}
{%- endmacro %}


{# Minutes by which the clock that was written is ahead of UTC; null where no offset was. #}
{% macro written_offset_minutes(text) -%}
    case
        when length({{ text }}) > 19
            then (case when substr({{ text }}, 20, 1) = '-' then -1 else 1 end)
                * (cast(substr({{ text }}, 21, 2) as integer) * 60 + cast(substr({{ text }}, 24, 2) as integer))
    end
{%- endmacro %}


{# That moment in UTC: by its offset, else by the clock of its zone. #}
{% macro shop_time_in_utc(local, offset_minutes, time_zone) -%}
    case
        when {{ offset_minutes }} is null then {{ utc_time(local, time_zone) }}
        else {{ dbt.dateadd('minute', '-' ~ offset_minutes, local) }}
    end
{%- endmacro %}


{# The same moment as the shop's own clock showed it. #}
{% macro shop_time(local, offset_minutes, time_zone) -%}
    case
        when {{ offset_minutes }} is null then {{ local }}
        else {{ local_time(dbt.dateadd('minute', '-' ~ offset_minutes, local), time_zone) }}
    end
{%- endmacro %}


{# Opening hours before or after the sign between them, in minutes of the day; null where it is closed or not
   said. #}
{% macro opening_minute(hours, part) -%}
    case
        when {{ hours }} <> 'closed'
            then cast({{ dbt.split_part(dbt.split_part(hours, "'-'", part), "':'", 1) }} as integer) * 60
                + cast({{ dbt.split_part(dbt.split_part(hours, "'-'", part), "':'", 2) }} as integer)
    end
{%- endmacro %}


{# Student's t of 95 in 100 on both sides, by its expansion around the normal distribution: within a hundredth from
   three degrees of freedom on. #}
{% macro student_t_95(degrees) -%}
    (
        1.959964
        + 2.372271 / ({{ degrees }})
        + 2.822500 / power({{ degrees }}, 2)
        + 2.555850 / power({{ degrees }}, 3)
        + 1.589536 / power({{ degrees }}, 4)
    )
{%- endmacro %}
