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

touches as (

    select
        eligible.conversion_id,
        eligible.touchpoint_id,
        eligible.touch_number,
        eligible.path_length,
        eligible.touched_at,
        touchpoints.touch_date,
        touchpoints.channel,
        touchpoints.platform,
        touchpoints.source,
        touchpoints.medium,
        touchpoints.campaign_id,
        touchpoints.campaign_name,
        touchpoints.ad_group_id,
        touchpoints.keyword

    from eligible
    inner join touchpoints on eligible.touchpoint_id = touchpoints.touchpoint_id

),

attributed as (

    select
        leads.brand,
        leads.lead_id,
        leads.person_id,
        credit.attribution_model,
        credit.touchpoint_id,
        touches.touch_number,
        touches.path_length,
        coalesce(touches.channel, 'unattributed') as channel,
        touches.platform,
        touches.source,
        touches.medium,
        touches.campaign_id,
        touches.campaign_name,
        touches.ad_group_id,
        touches.keyword,
        credit.credit,
        credit.unattributed_reason,
        leads.is_qualified,
        leads.created_at as conversion_at,
        leads.created_date as conversion_date,
        touches.touched_at as touch_at,
        touches.touch_date

    from credit
    inner join leads on credit.conversion_id = leads.lead_id
    left join touches
        on credit.conversion_id = touches.conversion_id
        and credit.touchpoint_id = touches.touchpoint_id

)

select * from attributed
