{# 0.225 each to the first touch, to the one that made the lead, to the last before the opportunity and to the last
   before the sale; the others share a tenth. Shares add up and drop out as in w_shaped. #}

{{ config(materialized = 'view') }}

{# In fortieths. #}
{{ credit_by_milestone(
    'full_path', {'1': 9, 'lead_number': 9, 'opportunity_number': 9, 'close_number': 9}, between=4
) }}
