{# Claims of ad platforms are the conversions beside their spend, and our side of them is what channel_days counts. #}

with

claims as (

    select
        brand,
        platform,
        sum(case when conversion_kind = 'lead' then claimed_conversions else 0 end) as claimed,
        sum(case when conversion_kind = 'lead' then our_conversions else 0 end) as leads,
        sum(case when conversion_kind = 'sale' then our_conversions else 0 end) as sales

    from {{ ref('claims') }}
    where platform is not null
    group by brand, platform

),

spend as (

    select
        brand,
        platform,
        sum(platform_conversions) as claimed

    from {{ ref('spend') }}
    where platform_conversions is not null
    group by brand, platform

),

days as (

    select
        brand,
        platform,
        sum(lead_credit) as leads,
        sum(sale_credit) as sales

    from {{ ref('channel_days') }}
    where platform is not null
    group by brand, platform

),

compared as (

    select
        spend.brand,
        spend.platform,
        claims.claimed,
        spend.claimed as told,
        claims.leads,
        coalesce(days.leads, 0) as leads_counted,
        claims.sales,
        coalesce(days.sales, 0) as sales_counted

    from spend
    left join claims
        on spend.brand = claims.brand
        and spend.platform = claims.platform
    left join days
        on spend.brand = days.brand
        and spend.platform = days.platform

)

select * from compared
where coalesce(claimed, 0) <> told
    or abs(coalesce(leads, 0) - leads_counted) > 0.000001
    or abs(coalesce(sales, 0) - sales_counted) > 0.000001
