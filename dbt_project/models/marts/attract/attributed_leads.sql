with

credit as (

    select * from {{ ref('int_credit__unioned') }}

),

leads as (

    select * from {{ ref('int_leads__built') }}

),

eligible as (

    select * from {{ ref('int_touchpoints__eligible') }}
    where conversion_type = 'lead'

),

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}

),

attributed as (

    select
        leads.brand,
        leads.lead_id,
        leads.person_id,
        credit.attribution_model,
        credit.touchpoint_id,
        eligible.touch_number,
        eligible.path_length,
        coalesce(touchpoints.channel, 'unattributed') as channel,
        touchpoints.platform,
        touchpoints.source,
        touchpoints.medium,
        touchpoints.campaign_id,
        touchpoints.campaign_name,
        touchpoints.ad_group_id,
        touchpoints.keyword,
        credit.credit,
        credit.unattributed_reason,
        leads.is_qualified,
        leads.created_at as conversion_at,
        leads.created_date as conversion_date,
        touchpoints.touched_at as touch_at,
        touchpoints.touch_date

    from credit
    inner join leads on credit.conversion_id = leads.lead_id
    left join eligible
        on credit.conversion_id = eligible.conversion_id
        and credit.touchpoint_id = eligible.touchpoint_id
    left join touchpoints on credit.touchpoint_id = touchpoints.touchpoint_id

)

select * from attributed
