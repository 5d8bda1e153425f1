{# The funnel, its classes of response time, the published inquiries and the attributed leads count the same. #}

with

funnel as (

    select
        brand,
        sum(inquiry_count) as inquiry_count,
        sum(lead_count) as lead_count,
        sum(sale_count) as sale_count,
        sum(lost_count) as lost_count

    from {{ ref('sales_funnel') }}
    group by brand

),

inquired as (

    select
        brand,
        count(*) as inquiry_count

    from {{ ref('inquiries') }}
    group by brand

),

led as (

    select
        brand,
        count(distinct lead_id) as lead_count

    from {{ ref('attributed_leads') }}
    group by brand

),

answered as (

    select
        brand,
        sum(lead_count) as lead_count,
        sum(sale_count) as sale_count

    from {{ ref('response_time_conversion') }}
    group by brand

),

lost as (

    select
        brand,
        sum(lead_count) as lost_count

    from {{ ref('lost_reasons') }}
    group by brand

)

select coalesce(funnel.brand, inquired.brand) as brand

from funnel
full join inquired on funnel.brand = inquired.brand
left join led on funnel.brand = led.brand
left join answered on funnel.brand = answered.brand
left join lost on funnel.brand = lost.brand
where coalesce(inquired.inquiry_count, 0) is distinct from funnel.inquiry_count
    or coalesce(led.lead_count, 0) <> coalesce(funnel.lead_count, 0)
    or coalesce(funnel.lead_count, 0) <> coalesce(answered.lead_count, 0)
    or coalesce(funnel.sale_count, 0) <> coalesce(answered.sale_count, 0)
    or coalesce(funnel.lost_count, 0) <> coalesce(lost.lost_count, 0)
