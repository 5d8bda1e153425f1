{# What attributed_sales shows: each touch once, with its share and its money under each attribution model. #}

{{ config(schema = 'stored', alias = 'attributed_sales', access = 'private') }}

with

credit as (

    select * from {{ ref('int_credit__widened') }}

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
        credit.*,
        {% for attribution_model in attribution_models() -%}
        cast(round(sold.revenue * credit.{{ attribution_model }}, 2) as decimal(20, 6))
            as {{ attribution_model }}_revenue,
        cast(round(sold.margin * credit.{{ attribution_model }}, 2) as decimal(20, 6)) as {{ attribution_model }}_margin
        {%- if not loop.last %},
        {% endif -%}
        {% endfor %}

    from credit
    inner join sold on credit.conversion_number = sold.conversion_number

),

totalled as (

    select
        conversion_number,
        {% for attribution_model in attribution_models() -%}
        sum({{ attribution_model }}_revenue) as {{ attribution_model }}_revenue,
        sum({{ attribution_model }}_margin) as {{ attribution_model }}_margin,
        max(case when {{ attribution_model }} is not null then touch_number end) as {{ attribution_model }}_last_number
        {%- if not loop.last %},
        {% endif -%}
        {% endfor %}

    from shared
    group by conversion_number

),

-- Shares are rounded to the cent; what rounding lost or made goes to the last touch.
credited as (

    select
        sold.brand,
        sold.sale_id,
        sold.lead_id,
        sold.person_id,
        touches.touchpoint_id,
        cast(shared.touch_number as bigint) as touch_number,
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
        shared.{{ attribution_model }},
        {{ settled_part(attribution_model, 'revenue') }} as {{ attribution_model }}_revenue,
        {{ settled_part(attribution_model, 'margin') }} as {{ attribution_model }}_margin,
        {% endfor -%}
        shared.unattributed_reason,
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

    from shared
    inner join totalled on shared.conversion_number = totalled.conversion_number
    inner join sold on shared.conversion_number = sold.conversion_number
    left join touches
        on shared.conversion_number = touches.conversion_number
        and shared.touch_number = touches.touch_number
    -- In this order ids repeat from row to row: the table takes a third of the room, a month is read without the rest.
    order by sold.sale_date, shared.conversion_number, shared.touch_number

)

select * from credited
