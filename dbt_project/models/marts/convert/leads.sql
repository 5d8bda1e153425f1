{# Everything about a lead in one row: where it came from, how it was answered, how far it came, what it brought. #}

with

leads as (

    select * from {{ ref('int_leads__built') }}

),

first_inquiries as (

    select * from {{ ref('inquiry_handling') }}

),

-- The model gives a lead to one touch, so that a lead has one row.
credited as (

    select * from {{ ref('attributed_leads') }}
    where attribution_model = 'last_non_direct'

),

sold as (

    select
        lead_id,
        count(*) as sale_count,
        sum(revenue) as revenue,
        sum(margin) as margin,
        min(sold_at) as first_sold_at

    from {{ ref('sales') }}
    where not is_cancelled
        and lead_id is not null
    group by lead_id

),

placed as (

    select * from {{ ref('int_leads__placed') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

published as (

    select
        leads.brand,
        leads.lead_id,
        leads.person_id,
        leads.first_inquiry_id,
        leads.created_at,
        leads.created_date as lead_date,
        leads.first_kind,
        leads.product,
        placed.city,
        credited.channel,
        credited.platform,
        credited.campaign_id,
        credited.campaign_name,
        credited.ad_group_id,
        credited.keyword,
        coalesce(first_inquiries.channel, 'unattributed') as first_inquiry_channel,
        leads.inquiry_count,
        leads.valid_inquiry_count,
        first_inquiries.employee,
        first_inquiries.handling,
        first_inquiries.response_minutes,
        first_inquiries.working_response_minutes,
        leads.deal_count,
        leads.first_deal_at,
        leads.is_qualified,
        leads.qualified_at,
        leads.opportunity_at,
        leads.is_won,
        leads.won_at,
        leads.lost_at,
        leads.lost_reason,
        case
            when leads.is_won then 'won'
            when leads.lost_at is not null then 'lost'
            when leads.is_qualified then 'qualified'
            when leads.deal_count > 0 then 'in work'
            else 'without a deal'
        end as state,
        coalesce(sold.sale_count, 0) as sale_count,
        cast(coalesce(sold.revenue, 0) as decimal(20, 6)) as revenue,
        cast(sold.margin as decimal(20, 6)) as margin,
        brands.currency

    from leads
    inner join brands on leads.brand = brands.brand
    left join credited on leads.lead_id = credited.lead_id
    left join first_inquiries on leads.first_inquiry_id = first_inquiries.inquiry_id
    left join placed on leads.lead_id = placed.lead_id
    left join sold on leads.lead_id = sold.lead_id

)

select * from published
