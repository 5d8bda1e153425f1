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
