{# Three tenths each to the first touch, to the one that made the lead and to the last before the opportunity;
   the others share a tenth. A touch that is several of them adds their shares. A milestone that has not happened,
   or nobody between, leaves its share out, and the rest is scaled up to one. #}

{{ config(materialized = 'view') }}

{# In tenths. #}
{{ credit_by_milestone('w_shaped', {'1': 3, 'lead_number': 3, 'opportunity_number': 3}, between=1) }}
