{# The other reading of w_shaped: three tenths each to the first touch, to the last before the lead qualified and to
   the last before the sale;
   the others share a tenth. Shares add up and drop out as in w_shaped. #}

{{ config(materialized = 'view') }}

{# In tenths. #}
{{ credit_by_milestone('w_shaped_close', {'1': 3, 'qualified_number': 3, 'close_number': 3}, between=1) }}
