{# Inquiries that were let go, at what they had cost and at what those answered in time bring. #}

with

handling as (

    select * from {{ ref('inquiry_handling') }}
    where is_valid

),

spend as (

    select * from {{ ref('int_spend__converted') }}

),

leads as (

    select * from {{ ref('int_leads__channelled') }}

),

sales as (

    select * from {{ ref('sales') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

spent as (

    select
        brand,
        cast(date_trunc('month', spend_date) as date) as inquiry_month,
        coalesce(channel, 'Paid Other') as channel,
        platform,
        campaign_id,
        {{ name_without_contacts('campaign_name') }} as campaign_name,
        sum(spend) as spend

    from spend
    group by all

),

inquired as (

    select
        brand,
        cast(date_trunc('month', inquiry_date) as date) as inquiry_month,
        channel,
        platform,
        campaign_id,
        campaign_name,
        handling,
        count(*) as inquiry_count

    from handling
    group by all

),

totalled as (

    select
        *,
        sum(inquiry_count) over (
            partition by brand, inquiry_month, channel, platform, campaign_id, campaign_name
        ) as valid_inquiry_count

    from inquired

),

sold as (

    select
        lead_id,
        sum(revenue) as revenue

    from sales
    where lead_id is not null
        and not is_cancelled
    group by lead_id

),

worth as (

    select
        leads.brand,
        leads.channel,
        cast(count(case when leads.is_won then 1 end) as double) / nullif(count(*), 0) as conversion_rate,
        cast(sum(sold.revenue) as double) / nullif(count(*), 0) as revenue_per_lead

    from leads
    left join sold on leads.lead_id = sold.lead_id
    where leads.first_handling = 'answered_in_time'
    group by leads.brand, leads.channel

),

priced as (

    select
        totalled.brand,
        totalled.inquiry_month,
        totalled.channel,
        totalled.platform,
        totalled.campaign_id,
        totalled.campaign_name,
        totalled.handling,
        cast(totalled.inquiry_count as bigint) as inquiry_count,
        cast(totalled.valid_inquiry_count as bigint) as valid_inquiry_count,
        cast(
            coalesce(spent.spend, 0) * totalled.inquiry_count / totalled.valid_inquiry_count as decimal(20, 6)
        ) as spend_lost,
        totalled.inquiry_count * worth.conversion_rate as expected_sales,
        cast(totalled.inquiry_count * worth.revenue_per_lead as decimal(20, 6)) as expected_revenue,
        brands.currency

    from totalled
    inner join brands on totalled.brand = brands.brand
    left join spent
        on totalled.brand = spent.brand
        and totalled.inquiry_month = spent.inquiry_month
        and totalled.channel = spent.channel
        and totalled.platform is not distinct from spent.platform
        and totalled.campaign_id is not distinct from spent.campaign_id
        and totalled.campaign_name is not distinct from spent.campaign_name
    left join worth
        on totalled.brand = worth.brand
        and totalled.channel = worth.channel
    where totalled.handling in ('never_answered', 'answered_late')

)

select * from priced
