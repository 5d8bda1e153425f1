{# What was earned, by the day of the conversion and the day of the touch. #}

{{ config(materialized = 'ephemeral', access = 'private') }}

{% set days = ['brand', 'conversion_date', 'touch_date', 'channel', 'platform', 'campaign_id', 'campaign_name'] %}

with

leads as (

    select * from {{ ref('int_leads__credited') }}

),

sales as (

    select * from {{ ref('int_sales__credited') }}

),

entries as (

    select * from {{ ref('int_sale_entries__dated') }}

),

-- Shares are added as decimals: the order of adding must not show in the last digit.
lead_days as (

    select
        brand,
        conversion_date,
        -- Without a touch there is no other day than the conversion's.
        coalesce(touch_date, conversion_date) as touch_date,
        channel,
        platform,
        campaign_id,
        campaign_name
        {%- for attribution_model in attribution_models() %},
        sum(cast({{ attribution_model }} as decimal(18, 12))) as {{ attribution_model }},
        sum(
            case when is_qualified and {{ attribution_model }} is not null
                then cast({{ attribution_model }} as decimal(18, 12)) else 0 end
        ) as {{ attribution_model }}_qualified
        {%- endfor %}

    from leads
    group by
        brand, conversion_date, coalesce(touch_date, conversion_date), channel, platform, campaign_id, campaign_name

),

credited_leads as (

    select
        *,
        0 as sale_credit,
        0 as first_sale_credit,
        0 as revenue,
        0 as margin,
        0 as unknown_margin_count

    from (
        {{ by_attribution_model('lead_days', days, {'lead_credit': '', 'qualified_lead_credit': '_qualified'}) }}
    ) as by_model

),

-- By touch date a sale and its cancellation meet on one day, so that a day shows what was kept of what it brought.
sale_days as (

    select
        sales.brand,
        entries.entry_date as conversion_date,
        coalesce(sales.touch_date, sales.conversion_date) as touch_date,
        sales.channel,
        sales.platform,
        sales.campaign_id,
        sales.campaign_name
        {%- for attribution_model in attribution_models() %},
        sum(entries.sale_count * cast(sales.{{ attribution_model }} as decimal(18, 12))) as {{ attribution_model }},
        sum(
            case when sales.is_first_sale and sales.{{ attribution_model }} is not null
                then entries.sale_count * cast(sales.{{ attribution_model }} as decimal(18, 12)) else 0 end
        ) as {{ attribution_model }}_first,
        sum({{ entry_part('sales.' ~ attribution_model ~ '_revenue') }}) as {{ attribution_model }}_revenue,
        sum({{ entry_part('sales.' ~ attribution_model ~ '_margin') }}) as {{ attribution_model }}_margin,
        count(
            case when sales.{{ attribution_model }} is not null and sales.{{ attribution_model }}_margin is null
                then 1 end
        ) as {{ attribution_model }}_unknown
        {%- endfor %}

    from sales
    inner join entries on sales.sale_id = entries.sale_id
    group by
        sales.brand, entries.entry_date, coalesce(sales.touch_date, sales.conversion_date),
        sales.channel, sales.platform, sales.campaign_id, sales.campaign_name

),

credited_sales as (

    select
        {{ days | join(', ') }},
        attribution_model,
        0 as lead_credit,
        0 as qualified_lead_credit,
        sale_credit,
        first_sale_credit,
        revenue,
        margin,
        unknown_margin_count

    from (
        {{ by_attribution_model('sale_days', days, {
            'sale_credit': '',
            'first_sale_credit': '_first',
            'revenue': '_revenue',
            'margin': '_margin',
            'unknown_margin_count': '_unknown',
        }) }}
    ) as by_model

),

credited as (

    select * from credited_leads
    union all
    select * from credited_sales

)

select * from credited
