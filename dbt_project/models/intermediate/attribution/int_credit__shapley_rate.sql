{# Shapley values where a coalition of channels is worth its conversion rate; up to fifteen channels. #}

{{ config(materialized = 'view') }}

{{ credit_by_effect('shapley_rate') }}
