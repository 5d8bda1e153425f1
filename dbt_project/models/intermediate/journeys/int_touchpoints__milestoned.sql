{# The touch number of the one touch on which each milestone stands: of the touch the lead came with, else of the last
   one before it happened. What has not happened by the conversion, or happened before the window opened, has none. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

reached as (

    select
        touchpoints.conversion_number,
        touchpoints.touch_number,
        touchpoints.path_length,
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
    inner join conversions on touchpoints.conversion_number = conversions.conversion_number

),

milestoned as (

    select
        conversion_number,
        touch_number,
        path_length,
        coalesce(max(own_lead_number) over journey, max(lead_number) over journey) as lead_number,
        max(qualified_number) over journey as qualified_number,
        max(opportunity_number) over journey as opportunity_number,
        max(close_number) over journey as close_number

    from reached
    window journey as (partition by conversion_number)

)

select * from milestoned
