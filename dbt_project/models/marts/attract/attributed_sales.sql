with

credit as (

    select * from {{ ref('int_credit__unioned') }}

),

sales as (

    select * from {{ ref('int_sales__built') }}

),

eligible as (

    select * from {{ ref('int_touchpoints__eligible') }}
    where conversion_type in ('first_sale', 'repeat_sale')

),

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}

),

shared as (

    select
        sales.sale_id,
        credit.attribution_model,
        credit.touchpoint_id,
        eligible.touch_number,
        eligible.path_length,
        credit.credit,
        credit.unattributed_reason,
        sales.revenue,
        sales.margin,
        cast(round(sales.revenue * credit.credit, 2) as decimal(20, 6)) as rounded_revenue,
        cast(round(sales.margin * credit.credit, 2) as decimal(20, 6)) as rounded_margin

    from credit
    inner join sales on credit.conversion_id = sales.sale_id
    left join eligible
        on credit.conversion_id = eligible.conversion_id
        and credit.touchpoint_id = eligible.touchpoint_id

),

totalled as (

    select
        *,
        sum(rounded_revenue) over (partition by sale_id, attribution_model) as all_rounded_revenue,
        sum(rounded_margin) over (partition by sale_id, attribution_model) as all_rounded_margin,
        max(touch_number) over (partition by sale_id, attribution_model) as last_number

    from shared

),

-- Shares are rounded to the cent; what rounding lost or made goes to the last touch.
settled as (

    select
        sale_id,
        attribution_model,
        touchpoint_id,
        touch_number,
        path_length,
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
        sales.brand,
        sales.sale_id,
        sales.lead_id,
        sales.person_id,
        settled.attribution_model,
        settled.touchpoint_id,
        settled.touch_number,
        settled.path_length,
        coalesce(touchpoints.channel, 'unattributed') as channel,
        touchpoints.platform,
        touchpoints.source,
        touchpoints.medium,
        touchpoints.campaign_id,
        touchpoints.campaign_name,
        touchpoints.ad_group_id,
        touchpoints.keyword,
        settled.credit,
        settled.unattributed_reason,
        cast(settled.revenue_credit as decimal(20, 6)) as revenue_credit,
        cast(settled.margin_credit as decimal(20, 6)) as margin_credit,
        sales.revenue,
        sales.margin,
        sales.currency,
        sales.is_first_sale,
        sales.is_cancelled,
        sales.cancelled_date,
        sales.sold_at as conversion_at,
        sales.sale_date as conversion_date,
        touchpoints.touched_at as touch_at,
        touchpoints.touch_date

    from settled
    inner join sales on settled.sale_id = sales.sale_id
    left join touchpoints on settled.touchpoint_id = touchpoints.touchpoint_id

)

select * from attributed
