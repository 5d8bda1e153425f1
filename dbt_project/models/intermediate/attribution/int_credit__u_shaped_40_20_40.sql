{# The other reading of u_shaped: two fifths to the first touch, two fifths to the one that made the lead, a fifth
   shared by all others. Shares add up and drop out as in w_shaped. #}

{{ config(materialized = 'view') }}

{# In fifths. #}
{{ credit_by_milestone('u_shaped_40_20_40', {'1': 2, 'lead_number': 2}, between=1) }}
