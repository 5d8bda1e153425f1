{# A window for every type of conversion: its own, else that of the wider type, else ours. #}

{{ config(materialized = 'view') }}

with

lookback_windows as (

    select * from {{ ref('stg_rules__lookback_windows') }}

),

defaults as (

    select 'lead' as conversion_type, 'lead' as wider_type, 30 as days
    union all
    select 'qualified_lead' as conversion_type, 'lead' as wider_type, 30 as days
    union all
    select 'first_sale' as conversion_type, 'sale' as wider_type, 90 as days
    union all
    select 'repeat_sale' as conversion_type, 'sale' as wider_type, 90 as days

),

resolved as (

    select
        defaults.conversion_type,
        coalesce(own.days, wider.days, defaults.days) as days

    from defaults
    left join lookback_windows as own on defaults.conversion_type = own.conversion_type
    left join lookback_windows as wider on defaults.wider_type = wider.conversion_type

)

select * from resolved
