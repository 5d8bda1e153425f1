{# A milestone stands on one touch: the one the lead came with, else the last touch before it happened.
   What has not happened by the conversion, or happened before the window opened, stands on none. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

reached as (

    select
        touchpoints.conversion_id,
        touchpoints.touchpoint_id,
        touchpoints.touch_number,
        case when touchpoints.touchpoint_id = conversions.lead_touchpoint_id then touchpoints.touch_number end
            as own_lead_number,
        case when touchpoints.touched_at <= conversions.lead_at then touchpoints.touch_number end
            as lead_number,
        case
            when touchpoints.touched_at <= conversions.qualified_at
                and conversions.qualified_at <= conversions.converted_at
                then touchpoints.touch_number
        end as qualified_number,
        case
            when touchpoints.touched_at <= conversions.opportunity_at
                and conversions.opportunity_at <= conversions.converted_at
                then touchpoints.touch_number
        end as opportunity_number,
        case
            when touchpoints.touched_at <= conversions.closed_at
                and conversions.closed_at <= conversions.converted_at
                then touchpoints.touch_number
        end as close_number

    from touchpoints
    inner join conversions on touchpoints.conversion_id = conversions.conversion_id

),

resolved as (

    select
        conversion_id,
        touchpoint_id,
        touch_number,
        coalesce(
            max(own_lead_number) over (partition by conversion_id),
            max(lead_number) over (partition by conversion_id)
        ) as lead_number,
        max(qualified_number) over (partition by conversion_id) as qualified_number,
        max(opportunity_number) over (partition by conversion_id) as opportunity_number,
        max(close_number) over (partition by conversion_id) as close_number

    from reached

),

milestoned as (

    select
        conversion_id,
        touchpoint_id,
        touch_number = 1 as is_first,
        coalesce(touch_number = lead_number, false) as is_lead,
        coalesce(touch_number = qualified_number, false) as is_qualified,
        coalesce(touch_number = opportunity_number, false) as is_opportunity,
        coalesce(touch_number = close_number, false) as is_close

    from resolved

)

select * from milestoned
