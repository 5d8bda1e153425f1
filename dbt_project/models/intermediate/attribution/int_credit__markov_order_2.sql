{# Removal effects of a chain that remembers two channels; a pair seen seldom remembers only its second. #}

{{ config(materialized = 'view') }}

{{ credit_by_effect('markov_order_2') }}
