{# What a person did since the last conversion of a type, as far back from the last touch as the window of the type
   reaches, is a journey that has led nowhere yet. It ends with the person's last touch of all whatever the type; only where
   it begins differs. A type that a brand has never reached has no journeys: they could not tell what leads to it. #}

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

reached as (

    select distinct
        brand,
        conversion_type

    from conversions

),

days as (

    select
        reached.brand,
        max(case when reached.conversion_type = 'lead' then lookback_windows.days end) as lead_days,
        max(case when reached.conversion_type = 'qualified_lead' then lookback_windows.days end) as qualified_days,
        max(case when reached.conversion_type = 'first_sale' then lookback_windows.days end) as first_sale_days,
        max(case when reached.conversion_type = 'repeat_sale' then lookback_windows.days end) as repeat_sale_days

    from reached
    inner join lookback_windows on reached.conversion_type = lookback_windows.conversion_type
    group by reached.brand

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
people as (

    select
        touchpoints.brand,
        touchpoints.person_id,
        touchpoints.touched_at as last_touched_at,
        last_conversions.last_lead_at,
        last_conversions.last_qualified_at,
        last_conversions.last_sale_at,
        last_conversions.last_sale_at is not null as has_bought,
        days.lead_days,
        days.qualified_days,
        case when last_conversions.last_sale_at is null then days.first_sale_days else days.repeat_sale_days end
            as sale_days

    from touchpoints
    inner join days on touchpoints.brand = days.brand
    left join last_conversions
        on touchpoints.brand = last_conversions.brand
        and touchpoints.person_id = last_conversions.person_id
    where touchpoints.next_channel_number is null

),

opened as (

    select
        brand,
        person_id,
        has_bought,
        {% for kind in ('lead', 'qualified', 'sale') -%}
        last_{{ kind }}_at,
        case
            when coalesce(last_touched_at > last_{{ kind }}_at, true)
                then {{ dbt.dateadd('day', '-' ~ kind ~ '_days', 'last_touched_at') }}
        end as {{ kind }}_opened_at{{ ',' if not loop.last }}
        {% endfor %}
    from people

),

placed as (

    select
        touchpoints.brand,
        touchpoints.person_id,
        touchpoints.channel_number,
        touchpoints.previous_channel_number,
        touchpoints.next_channel_number,
        opened.has_bought,
        {% for kind in ('lead', 'qualified', 'sale') -%}
        coalesce(
            touchpoints.touched_at >= opened.{{ kind }}_opened_at
            and coalesce(touchpoints.touched_at > opened.last_{{ kind }}_at, true),
            false
        ) as is_to_{{ kind }},
        coalesce(
            touchpoints.previous_touched_at >= opened.{{ kind }}_opened_at
            and coalesce(touchpoints.previous_touched_at > opened.last_{{ kind }}_at, true),
            false
        ) as was_to_{{ kind }}{{ ',' if not loop.last }}
        {% endfor %}
    from touchpoints
    inner join opened
        on touchpoints.brand = opened.brand
        and touchpoints.person_id = opened.person_id
    where
        opened.lead_opened_at is not null
        or opened.qualified_opened_at is not null
        or opened.sale_opened_at is not null

),

unconverted as (

    select
        brand,
        person_id,
        channel_number,
        previous_channel_number,
        next_channel_number,
        has_bought,
        {% for kind in ('lead', 'qualified', 'sale') -%}
        is_to_{{ kind }},
        is_to_{{ kind }} and not was_to_{{ kind }} as is_first_to_{{ kind }}{{ ',' if not loop.last }}
        {% endfor %}
    from placed
    where is_to_lead or is_to_qualified or is_to_sale

)

select * from unconverted
