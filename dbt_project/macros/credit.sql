{# Credit by what the channels of a conversion are worth to all journeys: each channel of the path earns in proportion
   to its effect, a negative one nothing, and its touches share evenly. Where no channel of the path has any effect, all
   channels earn alike. #}
{% macro credit_by_effect(attribution_model) %}
with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

effects as (

    select * from {{ source('steps', 'channel_effects') }}
    where attribution_model = '{{ attribution_model }}'

),

solved as (

    select distinct
        brand,
        conversion_type

    from effects

),

weighed as (

    select
        touchpoints.conversion_id,
        touchpoints.touchpoint_id,
        cast(greatest(coalesce(effects.effect, 0), 0) as decimal(18, 15)) as channel_weight,
        count(*) over (partition by touchpoints.conversion_id, touchpoints.channel) as channel_touch_count,
        row_number() over (
            partition by touchpoints.conversion_id, touchpoints.channel order by touchpoints.touch_number
        ) as channel_touch_number

    from touchpoints
    inner join solved
        on touchpoints.brand = solved.brand
        and touchpoints.conversion_type = solved.conversion_type
    left join effects
        on touchpoints.brand = effects.brand
        and touchpoints.conversion_type = effects.conversion_type
        and touchpoints.channel = effects.channel

),

totalled as (

    select
        *,
        cast(
            sum(case when channel_touch_number = 1 then channel_weight else 0 end)
                over (partition by conversion_id) as double
        ) as path_weight,
        count(case when channel_touch_number = 1 then 1 end) over (partition by conversion_id) as channel_count

    from weighed

),

credited as (

    select
        conversion_id,
        touchpoint_id,
        '{{ attribution_model }}' as attribution_model,
        case
            when path_weight > 0 then cast(channel_weight as double) / path_weight
            else cast(1 as double) / channel_count
        end / channel_touch_count as credit

    from totalled

),

earned as (

    select * from credited
    where credit > 0

)

select * from earned
{% endmacro %}
