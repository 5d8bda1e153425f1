{# Credit by what the channels of a conversion are worth to all journeys: each channel of the path earns in proportion
   to its effect, a negative one nothing, and its touches share evenly. Where no channel of the path has any effect, all
   channels earn alike. #}
{% macro credit_by_effect(attribution_model) %}
with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

journeys as (

    select * from {{ ref('int_journeys__converted') }}

),

channel_sets as (

    select * from {{ ref('int_channel_sets__listed') }}

),

effects as (

    select * from {{ source('steps', 'channel_effects') }}
    where attribution_model = '{{ attribution_model }}'

),

-- Decimals add up to the same whatever their order.
channel_weights as (

    select
        channel_sets.brand,
        channel_sets.conversion_type,
        channel_sets.channel_set,
        channel_sets.channel_number,
        cast(greatest(coalesce(effects.effect, 0), 0) as decimal(18, 15)) as channel_weight

    from channel_sets
    inner join (select distinct brand, conversion_type from effects) as solved
        on channel_sets.brand = solved.brand
        and channel_sets.conversion_type = solved.conversion_type
    left join effects
        on channel_sets.brand = effects.brand
        and channel_sets.conversion_type = effects.conversion_type
        and channel_sets.channel = effects.channel

),

-- All journeys over the same channels share alike, so the shares are worked out once for each set of them.
channel_shares as (

    select
        brand,
        conversion_type,
        channel_set,
        channel_number,
        case
            when sum(channel_weight) over channel_set > 0
                then cast(channel_weight as double) / cast(sum(channel_weight) over channel_set as double)
            else cast(1 as double) / count(*) over channel_set
        end as channel_share

    from channel_weights
    window channel_set as (partition by brand, conversion_type, channel_set)

),

credited as (

    select
        touchpoints.conversion_number,
        touchpoints.touch_number,
        '{{ attribution_model }}' as attribution_model,
        channel_shares.channel_share / touchpoints.channel_touch_count as credit

    from touchpoints
    inner join journeys on touchpoints.conversion_number = journeys.conversion_number
    inner join channel_shares
        on journeys.brand = channel_shares.brand
        and journeys.conversion_type = channel_shares.conversion_type
        and journeys.channel_set = channel_shares.channel_set
        and touchpoints.channel_number = channel_shares.channel_number
    where channel_shares.channel_share > 0

)

select * from credited
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
