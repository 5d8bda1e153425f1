{# Which channels occur together in journeys, whatever their order and however often each. #}

with

journeys as (

    select * from {{ ref('int_journeys__converted') }}

),

unconverted as (

    select * from {{ ref('int_touchpoints__unconverted') }}

),

channels as (

    select * from {{ ref('int_channels__numbered') }}

),

converted_sets as (

    select
        brand,
        conversion_type,
        channel_set,
        count(*) as conversion_count,
        count(*) as journey_count

    from journeys
    group by brand, conversion_type, channel_set

),

open_journeys as (

    select
        unconverted.brand,
        unconverted.person_id,
        unconverted.has_bought,
        {% for kind in ('lead', 'qualified', 'sale') -%}
        {{ union_of_sets('case when unconverted.is_to_' ~ kind ~ ' then channels.channel_set end') }}
            as {{ kind }}_channel_set{{ ',' if not loop.last }}
        {% endfor %}
    from unconverted
    inner join channels
        on unconverted.brand = channels.brand
        and unconverted.channel_number = channels.channel_number
    group by unconverted.brand, unconverted.person_id, unconverted.has_bought

),

sets as (

    select * from converted_sets
    {% for kind, conversion_type in (
        ('lead', "'lead'"),
        ('qualified', "'qualified_lead'"),
        ('sale', "case when has_bought then 'repeat_sale' else 'first_sale' end"),
    ) %}
    union all

    select
        brand,
        {{ conversion_type }} as conversion_type,
        {{ kind }}_channel_set as channel_set,
        0 as conversion_count,
        count(*) as journey_count

    from open_journeys
    where {{ kind }}_channel_set is not null
    group by brand, has_bought, {{ kind }}_channel_set
    {% endfor %}
),

counted as (

    select
        brand,
        conversion_type,
        channel_set,
        cast(sum(conversion_count) as bigint) as conversion_count,
        cast(sum(journey_count) as bigint) as journey_count

    from sets
    group by brand, conversion_type, channel_set

)

select * from counted
