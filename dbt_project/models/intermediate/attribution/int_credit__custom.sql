{# Your own weights by milestone, from custom_weights.csv. A touch that is several of them adds their weights; the
   weight of `between` is shared by the touches that are none; what is left out is scaled up to one. #}

{{ config(materialized = 'view') }}

{% set weights_from %}
    select
        coalesce(max(case when milestone = 'first' then weight end), 0) as first_weight,
        coalesce(max(case when milestone = 'lead' then weight end), 0) as lead_weight,
        coalesce(max(case when milestone = 'qualified' then weight end), 0) as qualified_weight,
        coalesce(max(case when milestone = 'opportunity' then weight end), 0) as opportunity_weight,
        coalesce(max(case when milestone = 'close' then weight end), 0) as close_weight,
        coalesce(max(case when milestone = 'between' then weight end), 0) as between_weight

    from {{ ref('stg_rules__custom_weights') }}
{% endset %}

{{ credit_by_milestone(
    'custom',
    {
        '1': 'first_weight',
        'lead_number': 'lead_weight',
        'qualified_number': 'qualified_weight',
        'opportunity_number': 'opportunity_weight',
        'close_number': 'close_weight',
    },
    between='between_weight',
    weights_from=weights_from,
) }}
