{# Each visit: the page that it began with, on what and where, and what it earned under last_non_direct. Money stands on
   the visit's own day, so that a sale and its cancellation meet there. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}
    where touch_kind = 'visit'

),

visits as (

    select * from {{ ref('visits__unioned') }}

),

urls as (

    select * from {{ ref('int_urls__parsed') }}

),

visited as (

    select * from {{ ref('int_inquiries__visited') }}

),

inquiries as (

    select * from {{ ref('inquiries') }}
    where is_valid

),

leads as (

    select * from {{ ref('attributed_leads') }}
    where attribution_model = 'last_non_direct'
        and touchpoint_id is not null

),

sales as (

    select * from {{ ref('attributed_sales') }}
    where attribution_model = 'last_non_direct'
        and touchpoint_id is not null

),

entries as (

    select * from {{ ref('int_sale_entries__dated') }}

),

inquired as (

    select
        visited.visit_id,
        count(*) as valid_inquiry_count

    from visited
    inner join inquiries on visited.inquiry_id = inquiries.inquiry_id
    group by visited.visit_id

),

led as (

    select
        touchpoint_id,
        sum(cast(credit as decimal(18, 12))) as lead_credit

    from leads
    group by touchpoint_id

),

sold as (

    select
        sales.touchpoint_id,
        sum(entries.sale_count * cast(sales.credit as decimal(18, 12))) as sale_credit,
        sum({{ entry_part('sales.revenue_credit') }}) as revenue

    from sales
    inner join entries on sales.sale_id = entries.sale_id
    group by sales.touchpoint_id

),

earned as (

    select
        touchpoints.touchpoint_id as visit_id,
        touchpoints.brand,
        touchpoints.touch_date,
        touchpoints.channel,
        touchpoints.platform,
        touchpoints.campaign_id,
        touchpoints.campaign_name,
        {{ url_page(url_cleaned('visits.landing_url')) }} as landing_page,
        {{ name_without_contacts('coalesce(urls.utm_content, visits.tagged_content)') }} as ad_content,
        {{ device_word('visits.device') }} as device,
        visits.country,
        visits.city,
        coalesce(inquired.valid_inquiry_count, 0) as valid_inquiry_count,
        coalesce(led.lead_credit, 0) as lead_credit,
        coalesce(sold.sale_credit, 0) as sale_credit,
        coalesce(sold.revenue, 0) as revenue

    from touchpoints
    left join visits on touchpoints.touchpoint_id = visits.visit_id
    left join urls on visits.landing_url = urls.url
    left join inquired on touchpoints.touchpoint_id = inquired.visit_id
    left join led on touchpoints.touchpoint_id = led.touchpoint_id
    left join sold on touchpoints.touchpoint_id = sold.touchpoint_id

)

select * from earned
