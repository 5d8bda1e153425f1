with

journeys as (

    select * from {{ ref('lead_journeys') }}

),

leads as (

    select * from {{ ref('int_leads__built') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}

),

strangers as (

    select
        journeys.lead_id,
        journeys.touchpoint_id,
        journeys.person_id,
        leads.person_id as person_of_lead,
        touchpoints.person_id as person_of_touchpoint

    from journeys
    left join leads
        on journeys.lead_id = leads.lead_id
        and journeys.brand = leads.brand
    left join touchpoints
        on journeys.touchpoint_id = touchpoints.touchpoint_id
        and journeys.brand = touchpoints.brand

)

select * from strangers
where person_of_lead is null
    or person_of_touchpoint is null
    or person_id <> person_of_lead
    or person_id <> person_of_touchpoint
