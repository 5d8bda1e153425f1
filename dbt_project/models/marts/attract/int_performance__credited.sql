{# What was earned, by the day of the conversion and the day of the touch. #}

{{ config(materialized = 'ephemeral', access = 'private') }}

with

leads as (

    select * from {{ ref('attributed_leads') }}

),

sales as (

    select * from {{ ref('attributed_sales') }}

),

entries as (

    select * from {{ ref('int_sale_entries__dated') }}

),

-- Shares are added as decimals: the order of adding must not show in the last digit.
credited_leads as (

    select
        brand,
        conversion_date,
        -- Without a touch there is no other day than the conversion's.
        coalesce(touch_date, conversion_date) as touch_date,
        attribution_model,
        channel,
        platform,
        campaign_id,
        campaign_name,
        sum(cast(credit as decimal(18, 12))) as lead_credit,
        sum(case when is_qualified then cast(credit as decimal(18, 12)) else 0 end) as qualified_lead_credit,
        0 as sale_credit,
        0 as first_sale_credit,
        0 as revenue,
        0 as margin,
        0 as unknown_margin_count

    from leads
    group by
        brand, conversion_date, coalesce(touch_date, conversion_date), attribution_model,
        channel, platform, campaign_id, campaign_name

),

-- By touch date a sale and its cancellation meet on one day, so that a day shows what was kept of what it brought.
credited_sales as (

    select
        sales.brand,
        entries.entry_date as conversion_date,
        coalesce(sales.touch_date, sales.conversion_date) as touch_date,
        sales.attribution_model,
        sales.channel,
        sales.platform,
        sales.campaign_id,
        sales.campaign_name,
        0 as lead_credit,
        0 as qualified_lead_credit,
        sum(entries.sale_count * cast(sales.credit as decimal(18, 12))) as sale_credit,
        sum(
            case when sales.is_first_sale then entries.sale_count * cast(sales.credit as decimal(18, 12)) else 0 end
        ) as first_sale_credit,
        sum({{ entry_part('sales.revenue_credit') }}) as revenue,
        sum({{ entry_part('sales.margin_credit') }}) as margin,
        count(case when sales.margin_credit is null then 1 end) as unknown_margin_count

    from sales
    inner join entries on sales.sale_id = entries.sale_id
    group by
        sales.brand, entries.entry_date, coalesce(sales.touch_date, sales.conversion_date), sales.attribution_model,
        sales.channel, sales.platform, sales.campaign_id, sales.campaign_name

),

credited as (

    select * from credited_leads
    union all
    select * from credited_sales

)

select * from credited
