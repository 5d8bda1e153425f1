{# What visits by each device and from each place brought. #}

with

visits as (

    select * from {{ ref('int_visits__earned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

totalled as (

    select
        visits.brand,
        visits.touch_date as date,
        visits.channel,
        visits.device,
        visits.country,
        visits.city,
        count(*) as visit_count,
        cast(sum(visits.valid_inquiry_count) as bigint) as valid_inquiry_count,
        cast(sum(visits.lead_credit) as double) as lead_credit,
        cast(sum(visits.sale_credit) as double) as sale_credit,
        cast(sum(visits.revenue) as decimal(20, 6)) as revenue,
        brands.currency

    from visits
    inner join brands on visits.brand = brands.brand
    group by
        visits.brand, visits.touch_date, visits.channel, visits.device, visits.country, visits.city, brands.currency

)

select * from totalled
