{# Your own weights by milestone, from custom_weights.csv. A touch that is several of them adds their weights; the
   weight of `between` is shared by the touches that are none; what is left out is scaled up to one. #}

with

milestones as (

    select * from {{ ref('int_touchpoints__milestoned') }}

),

custom_weights as (

    select
        coalesce(max(case when milestone = 'first' then weight end), 0) as first_weight,
        coalesce(max(case when milestone = 'lead' then weight end), 0) as lead_weight,
        coalesce(max(case when milestone = 'qualified' then weight end), 0) as qualified_weight,
        coalesce(max(case when milestone = 'opportunity' then weight end), 0) as opportunity_weight,
        coalesce(max(case when milestone = 'close' then weight end), 0) as close_weight,
        coalesce(max(case when milestone = 'between' then weight end), 0) as between_weight

    from {{ ref('stg_rules__custom_weights') }}

),

weighed as (

    select
        milestones.conversion_id,
        milestones.touchpoint_id,
        cast(milestones.is_first as integer) * custom_weights.first_weight
        + cast(milestones.is_lead as integer) * custom_weights.lead_weight
        + cast(milestones.is_qualified as integer) * custom_weights.qualified_weight
        + cast(milestones.is_opportunity as integer) * custom_weights.opportunity_weight
        + cast(milestones.is_close as integer) * custom_weights.close_weight as milestone_weight,
        custom_weights.between_weight,
        milestones.is_first or milestones.is_lead or milestones.is_qualified or milestones.is_opportunity
        or milestones.is_close as is_milestone

    from milestones
    cross join custom_weights

),

shared as (

    select
        conversion_id,
        touchpoint_id,
        cast(milestone_weight as double)
        + case
            when is_milestone then 0
            else between_weight
                / cast(count(case when not is_milestone then 1 end) over (partition by conversion_id) as double)
        end as weight,
        sum(milestone_weight) over (partition by conversion_id)
        + max(case when is_milestone then 0 else between_weight end) over (partition by conversion_id) as path_weight,
        count(*) over (partition by conversion_id) as path_length

    from weighed

),

-- Where all that happened weighs nothing, the touches share evenly.
credited as (

    select
        conversion_id,
        touchpoint_id,
        'custom' as attribution_model,
        case when path_weight > 0 then weight / path_weight else cast(1 as double) / path_length end as credit

    from shared

),

earned as (

    select * from credited
    where credit > 0

)

select * from earned
