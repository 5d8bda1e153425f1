{# What a person did since the last conversion of a type, as far back from the last touch as the window of the type
   reaches, is a journey that has led nowhere yet. It ends with the person's last touch of all whatever the type; only where
   it begins differs. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__ordered') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

lookback_windows as (

    select * from {{ ref('int_lookback_windows__resolved') }}

),

days as (

    select
        max(case when conversion_type = 'lead' then days end) as lead_days,
        max(case when conversion_type = 'qualified_lead' then days end) as qualified_days,
        max(case when conversion_type = 'first_sale' then days end) as first_sale_days,
        max(case when conversion_type = 'repeat_sale' then days end) as repeat_sale_days

    from lookback_windows

),

last_conversions as (

    select
        brand,
        person_id,
        max(case when conversion_type = 'lead' then converted_at end) as last_lead_at,
        max(case when conversion_type = 'qualified_lead' then converted_at end) as last_qualified_at,
        max(case when conversion_type in ('first_sale', 'repeat_sale') then converted_at end) as last_sale_at

    from conversions
    group by brand, person_id

),

-- Who has bought is on the way to a repeat sale, everybody else to a first one.
windowed as (

    select
        touchpoints.*,
        last_conversions.last_sale_at is not null as has_bought,
        {{ dbt.dateadd('day', '-days.lead_days', 'touchpoints.last_touched_at') }} as lead_opened_at,
        {{ dbt.dateadd('day', '-days.qualified_days', 'touchpoints.last_touched_at') }} as qualified_opened_at,
        case
            when last_conversions.last_sale_at is null
                then {{ dbt.dateadd('day', '-days.first_sale_days', 'touchpoints.last_touched_at') }}
            else {{ dbt.dateadd('day', '-days.repeat_sale_days', 'touchpoints.last_touched_at') }}
        end as sale_opened_at,
        last_conversions.last_lead_at,
        last_conversions.last_qualified_at,
        last_conversions.last_sale_at

    from touchpoints
    cross join days
    left join last_conversions
        on touchpoints.brand = last_conversions.brand
        and touchpoints.person_id = last_conversions.person_id

),

placed as (

    select
        brand,
        person_id,
        channel,
        previous_channel,
        next_channel,
        has_bought,
        {% for kind in ('lead', 'qualified', 'sale') -%}
        touched_at >= {{ kind }}_opened_at and coalesce(touched_at > last_{{ kind }}_at, true) as is_to_{{ kind }},
        coalesce(
            previous_touched_at >= {{ kind }}_opened_at and coalesce(previous_touched_at > last_{{ kind }}_at, true),
            false
        ) as was_to_{{ kind }}{{ ',' if not loop.last }}
        {% endfor %}
    from windowed

),

unconverted as (

    select
        brand,
        person_id,
        channel,
        previous_channel,
        next_channel,
        has_bought,
        {% for kind in ('lead', 'qualified', 'sale') -%}
        is_to_{{ kind }},
        is_to_{{ kind }} and not was_to_{{ kind }} as is_first_to_{{ kind }}{{ ',' if not loop.last }}
        {% endfor %}
    from placed
    where is_to_lead or is_to_qualified or is_to_sale

)

select * from unconverted
