{# Removal effects of a chain that remembers one channel, solved exactly for each brand and type of conversion. #}

{{ config(materialized = 'view') }}

{{ credit_by_effect('markov') }}
