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
        touchpoints.conversion_number,
        touchpoints.touch_number,
        touchpoints.channel_touch_number,
        touchpoints.channel_touch_count,
        touchpoints.channel_count,
        cast(greatest(coalesce(effects.effect, 0), 0) as decimal(18, 15)) as channel_weight

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
                over (partition by conversion_number) as double
        ) as path_weight

    from weighed

),

credited as (

    select
        conversion_number,
        touch_number,
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


{# Credit by milestones. `weights` names the milestones and what each weighs: the touch numbers that
   int_touchpoints__milestoned gives, and 1 for the first touch. A touch that is several of them adds their weights; the
   touches that are none share `between`. What has not happened, or nobody between, leaves its weight out, and the rest
   is scaled up to one. Where all that happened weighs nothing, the touches share evenly. #}
{% macro credit_by_milestone(attribution_model, weights, between, weights_from=none) %}
with

milestones as (

    select * from {{ ref('int_touchpoints__milestoned') }}

),

{% if weights_from -%}
custom_weights as (

    {{ weights_from }}

),

{% endif -%}
weighed as (

    select
        milestones.conversion_number,
        milestones.touch_number,
        milestones.path_length,
        {{ between }} as between_weight,
        coalesce(milestones.touch_number in ({{ weights | join(', ') }}), false) as is_milestone,
        {% for number, weight in weights.items() -%}
        {{ '+ ' if not loop.first }}case when milestones.touch_number = {{ number }} then {{ weight }} else 0 end
        {% endfor -%}
        as milestone_weight,
        {% for number, weight in weights.items() -%}
        {{ '+ ' if not loop.first }}case when {{ number }} is not null then {{ weight }} else 0 end
        {% endfor -%}
        as all_milestone_weight,
        -- Two milestones on one touch take one touch away from those between.
        milestones.path_length
        {% for number in weights -%}
        - case
            when {{ number }} is null {% if not loop.first -%}
            or coalesce({{ number }} in ({{ (weights | list)[:loop.index0] | join(', ') }}), false)
            {%- endif %} then 0
            else 1
        end
        {% endfor -%}
        as between_count

    from milestones
    {% if weights_from %}cross join custom_weights{% endif %}

),

shared as (

    select
        conversion_number,
        touch_number,
        path_length,
        case
            when is_milestone then cast(milestone_weight as double)
            else cast(between_weight as double) / between_count
        end as weight,
        all_milestone_weight + case when between_count > 0 then between_weight else 0 end as path_weight

    from weighed

),

credited as (

    select
        conversion_number,
        touch_number,
        '{{ attribution_model }}' as attribution_model,
        case when path_weight > 0 then weight / path_weight else cast(1 as double) / path_length end as credit

    from shared

),

earned as (

    select * from credited
    where credit > 0

)

select * from earned
{% endmacro %}
