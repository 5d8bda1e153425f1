{# Half to the first touch and half to the one that made the lead; where they are one touch, it has all.
   The touches between get nothing. #}

{{ config(materialized = 'view') }}

{{ credit_by_milestone('u_shaped', {'1': 1, 'lead_number': 1}, between=0) }}
