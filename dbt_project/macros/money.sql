{# An amount in another currency, at the rates of its own day. Null without a rate: a guess would be a wrong sum. #}
{% macro converted_money(amount, own_currency, wanted_currency, own_rates, wanted_rates) -%}
    case
        when {{ own_currency }} = {{ wanted_currency }} then {{ amount }}
        else cast(
            cast({{ amount }} as double) * {{ wanted_rates }}.units_per_euro / {{ own_rates }}.units_per_euro
            as decimal(20, 6)
        )
    end
{%- endmacro %}


{# How much of an open time had passed at a moment; nothing before it begins and where there is none. #}
{% macro seconds_within(opens_at, moment, open_seconds) -%}
    coalesce(greatest(least({{ dbt.datediff(opens_at, moment, 'second') }}, {{ open_seconds }}), 0), 0)
{%- endmacro %}


{# The fifth in which a value lies among all of its group, 1 the lowest; who is equal has the same, the lower one. #}
{% macro fifth_of(value, among) -%}
    1 + cast(floor(
        5.0 * (rank() over (partition by {{ among }} order by {{ value }}) - 1) / count(*) over (partition by {{ among }})
    ) as integer)
{%- endmacro %}


{# An amount in the smallest unit of its currency, brought to the currency itself. Stripe counts the Icelandic crown and
   the Ugandan shilling in hundredths, though neither has any. #}
{% macro major_units(amount, currency) -%}
    cast({{ amount }} * case
        when lower({{ currency }}) in (
            'bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'
        ) then 1.000
        when lower({{ currency }}) in ('bhd', 'jod', 'kwd', 'omr', 'tnd') then 0.001
        else 0.010
    end as decimal(20, 6))
{%- endmacro %}


{# The part of a sale's money that one of its entries moves. Rounded for each: a part and its opposite cancel out. #}
{% macro entry_part(amount) -%}
    cast(entries.revenue_share * {{ amount }} as decimal(20, 6))
{%- endmacro %}
