{# The touch number of the one touch on which each milestone stands: of the touch the lead came with, else of the last
   one before it happened. What has not happened by the conversion, or happened before the window opened, has none. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

journeys as (

    select
        touchpoints.conversion_number,
        max(case when touchpoints.touchpoint_id = conversions.lead_touchpoint_id then touchpoints.touch_number end)
            as own_lead_number,
        max(case when touchpoints.touched_at <= conversions.lead_at then touchpoints.touch_number end)
            as lead_number,
        max(
            case
                when touchpoints.touched_at <= conversions.qualified_at
                    and conversions.qualified_at <= conversions.converted_at
                    then touchpoints.touch_number
            end
        ) as qualified_number,
        max(
            case
                when touchpoints.touched_at <= conversions.opportunity_at
                    and conversions.opportunity_at <= conversions.converted_at
                    then touchpoints.touch_number
            end
        ) as opportunity_number,
        max(
            case
                when touchpoints.touched_at <= conversions.closed_at
                    and conversions.closed_at <= conversions.converted_at
                    then touchpoints.touch_number
            end
        ) as close_number

    from touchpoints
    inner join conversions on touchpoints.conversion_number = conversions.conversion_number
    group by touchpoints.conversion_number

),

milestoned as (

    select
        touchpoints.conversion_number,
        touchpoints.touch_number,
        touchpoints.path_length,
        coalesce(journeys.own_lead_number, journeys.lead_number) as lead_number,
        journeys.qualified_number,
        journeys.opportunity_number,
        journeys.close_number

    from touchpoints
    inner join journeys on touchpoints.conversion_number = journeys.conversion_number

)

select * from milestoned
