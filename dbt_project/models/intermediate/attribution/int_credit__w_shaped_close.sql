{# The other reading of w_shaped: three tenths each to the first touch, to the last before the lead qualified and to
   the last before the sale;
   the others share a tenth. Shares add up and drop out as in w_shaped. #}

with

milestones as (

    select * from {{ ref('int_touchpoints__milestoned') }}

),

counted as (

    select
        conversion_id,
        touchpoint_id,
        cast(is_first as integer) + cast(is_qualified as integer) + cast(is_close as integer) as milestone_count

    from milestones

),

totalled as (

    select
        conversion_id,
        touchpoint_id,
        milestone_count,
        sum(milestone_count) over (partition by conversion_id) as all_milestone_count,
        count(case when milestone_count = 0 then 1 end) over (partition by conversion_id) as between_count

    from counted

),

-- In tenths: three for each milestone, one for all between.
weighed as (

    select
        conversion_id,
        touchpoint_id,
        case
            when milestone_count > 0 then cast(3 * milestone_count as double)
            else cast(1 as double) / between_count
        end as weight,
        3 * all_milestone_count + case when between_count > 0 then 1 else 0 end as path_weight

    from totalled

),

credited as (

    select
        conversion_id,
        touchpoint_id,
        'w_shaped_close' as attribution_model,
        weight / path_weight as credit

    from weighed

)

select * from credited
