{# Half to the first touch and half to the one that made the lead; where they are one touch, it has all.
   The touches between get nothing. #}

with

milestones as (

    select * from {{ ref('int_touchpoints__milestoned') }}

),

weighed as (

    select
        conversion_id,
        touchpoint_id,
        cast(is_first as integer) + cast(is_lead as integer) as milestone_count

    from milestones

),

credited as (

    select
        conversion_id,
        touchpoint_id,
        'u_shaped' as attribution_model,
        cast(milestone_count as double) / sum(milestone_count) over (partition by conversion_id) as credit

    from weighed

),

earned as (

    select * from credited
    where credit > 0

)

select * from earned
