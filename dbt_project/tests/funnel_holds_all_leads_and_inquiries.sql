{# The funnel, its classes of response time and the published inquiries count the same. #}

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
        count(*) as inquiry_count,
        count(distinct lead_id) as lead_count

    from {{ ref('inquiries') }}
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

select funnel.brand

from inquired
left join funnel on inquired.brand = funnel.brand
left join answered on inquired.brand = answered.brand
left join lost on inquired.brand = lost.brand
where inquired.inquiry_count is distinct from funnel.inquiry_count
    or inquired.lead_count <> coalesce(funnel.lead_count, 0)
    or coalesce(funnel.lead_count, 0) <> coalesce(answered.lead_count, 0)
    or coalesce(funnel.sale_count, 0) <> coalesce(answered.sale_count, 0)
    or coalesce(funnel.lost_count, 0) <> coalesce(lost.lost_count, 0)
