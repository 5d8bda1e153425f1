{# The other reading of u_shaped: two fifths to the first touch, two fifths to the one that made the lead, a fifth
   shared by all others. Shares add up and drop out as in w_shaped. #}

with

milestones as (

    select * from {{ ref('int_touchpoints__milestoned') }}

),

counted as (

    select
        conversion_id,
        touchpoint_id,
        cast(is_first as integer) + cast(is_lead as integer) as milestone_count

    from milestones

),

totalled as (

    select
        conversion_id,
        touchpoint_id,
        milestone_count,
        sum(milestone_count) over (partition by conversion_id) as all_milestone_count,
        count(case when milestone_count = 0 then 1 end) over (partition by conversion_id) as other_count

    from counted

),

-- In fifths: two for each milestone, one for all others.
weighed as (

    select
        conversion_id,
        touchpoint_id,
        case
            when milestone_count > 0 then cast(2 * milestone_count as double)
            else cast(1 as double) / other_count
        end as weight,
        2 * all_milestone_count + case when other_count > 0 then 1 else 0 end as path_weight

    from totalled

),

credited as (

    select
        conversion_id,
        touchpoint_id,
        'u_shaped_40_20_40' as attribution_model,
        weight / path_weight as credit

    from weighed

)

select * from credited
