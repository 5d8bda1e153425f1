{# What attributed_leads shows: each touch once, with its share under each attribution model in a column. #}

{{ config(schema = 'stored', alias = 'attributed_leads', access = 'private') }}

with

credit as (

    select * from {{ ref('int_credit__widened') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}
    where conversion_type = 'lead'

),

leads as (

    select * from {{ ref('int_leads__built') }}

),

eligible as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}

),

touches as (

    select
        eligible.conversion_number,
        eligible.touch_number,
        eligible.touchpoint_id,
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
    inner join conversions on eligible.conversion_number = conversions.conversion_number
    inner join touchpoints on eligible.touchpoint_id = touchpoints.touchpoint_id

),

credited as (

    select
        leads.brand,
        leads.lead_id,
        leads.person_id,
        touches.touchpoint_id,
        cast(touches.touch_number as bigint) as touch_number,
        cast(touches.path_length as bigint) as path_length,
        coalesce(touches.channel, 'unattributed') as channel,
        touches.platform,
        touches.source,
        touches.medium,
        touches.campaign_id,
        touches.campaign_name,
        touches.ad_group_id,
        touches.keyword,
        {% for attribution_model in attribution_models() -%}
        credit.{{ attribution_model }},
        {% endfor -%}
        credit.unattributed_reason,
        leads.is_qualified,
        leads.created_at as conversion_at,
        leads.created_date as conversion_date,
        touches.touched_at as touch_at,
        touches.touch_date

    from credit
    inner join conversions on credit.conversion_number = conversions.conversion_number
    inner join leads on conversions.conversion_id = leads.lead_id
    left join touches
        on credit.conversion_number = touches.conversion_number
        and credit.touch_number = touches.touch_number
    -- In this order ids repeat from row to row: the table takes a third of the room, a month is read without the rest.
    order by leads.created_date, credit.conversion_number, credit.touch_number

)

select * from credited
