with

credit as (

    select * from {{ ref('int_credit__unioned') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}
    where conversion_type in ('first_sale', 'repeat_sale')

),

sales as (

    select * from {{ ref('int_sales__built') }}

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
        touchpoints.touched_at,
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

sold as (

    select
        conversions.conversion_number,
        sales.*

    from conversions
    inner join sales on conversions.conversion_id = sales.sale_id

),

shared as (

    select
        credit.conversion_number,
        credit.touch_number,
        credit.attribution_model,
        credit.credit,
        credit.unattributed_reason,
        sold.revenue,
        sold.margin,
        cast(round(sold.revenue * credit.credit, 2) as decimal(20, 6)) as rounded_revenue,
        cast(round(sold.margin * credit.credit, 2) as decimal(20, 6)) as rounded_margin

    from credit
    inner join sold on credit.conversion_number = sold.conversion_number

),

totalled as (

    select
        *,
        sum(rounded_revenue) over parts as all_rounded_revenue,
        sum(rounded_margin) over parts as all_rounded_margin,
        max(touch_number) over parts as last_number

    from shared
    window parts as (partition by conversion_number, attribution_model)

),

-- Shares are rounded to the cent; what rounding lost or made goes to the last touch.
settled as (

    select
        conversion_number,
        touch_number,
        attribution_model,
        credit,
        unattributed_reason,
        rounded_revenue
        + case when coalesce(touch_number = last_number, true) then revenue - all_rounded_revenue else 0 end
            as revenue_credit,
        rounded_margin
        + case when coalesce(touch_number = last_number, true) then margin - all_rounded_margin else 0 end
            as margin_credit

    from totalled

),

attributed as (

    select
        sold.brand,
        sold.sale_id,
        sold.lead_id,
        sold.person_id,
        settled.attribution_model,
        touches.touchpoint_id,
        cast(settled.touch_number as bigint) as touch_number,
        cast(touches.path_length as bigint) as path_length,
        coalesce(touches.channel, 'unattributed') as channel,
        touches.platform,
        touches.source,
        touches.medium,
        touches.campaign_id,
        touches.campaign_name,
        touches.ad_group_id,
        touches.keyword,
        settled.credit,
        settled.unattributed_reason,
        cast(settled.revenue_credit as decimal(20, 6)) as revenue_credit,
        cast(settled.margin_credit as decimal(20, 6)) as margin_credit,
        sold.revenue,
        sold.margin,
        sold.currency,
        sold.is_first_sale,
        sold.is_cancelled,
        sold.cancelled_date,
        sold.sold_at as conversion_at,
        sold.sale_date as conversion_date,
        touches.touched_at as touch_at,
        touches.touch_date

    from settled
    inner join sold on settled.conversion_number = sold.conversion_number
    left join touches
        on settled.conversion_number = touches.conversion_number
        and settled.touch_number = touches.touch_number
    -- In this order ids repeat from row to row: the table takes a third of the room, a month is read without the rest.
    order by sold.sale_date, settled.conversion_number

)

select * from attributed
