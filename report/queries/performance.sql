-- Spend and what came of it, by the part of a week that lies in one month. What is measured stands under no model.
-- Credit is added as decimals: the order of adding must not show in the last digit.
with campaigns as (
    select brand, channel, campaign_name
    from marts.channel_days
    where campaign_name is not null
    group by brand, channel, campaign_name
    qualify row_number() over (
        partition by brand order by sum(spend) desc, sum(visit_count) desc, channel, campaign_name
    ) <= 60
),
measured as (
    select brand, date, null as model, null as basis, channel, campaign_name, spend, impressions, clicks, visit_count,
        inquiry_count, valid_inquiry_count, 0 as lead_credit, 0 as sale_credit, 0 as first_sale_credit,
        0 as revenue
    from marts.channel_days
),
credited as (
    select brand, date, attribution_model as model, date_basis as basis, channel, campaign_name, 0, 0, 0, 0, 0, 0,
        lead_credit, sale_credit, first_sale_credit, revenue
    from marts.channel_performance
    where lead_credit <> 0 or sale_credit <> 0 or revenue <> 0
),
stated as (select * from measured union all select * from credited)
select
    brand, block(date) as day, model, basis, channel,
    case
        when campaign_name is null then '(no campaign)'
        when campaigns.brand is null then '(other campaigns)'
        else campaign_name
    end as campaign,
    sum(spend) as spend, sum(impressions) as impressions, sum(clicks) as clicks, sum(visit_count) as visit_count,
    sum(inquiry_count) as inquiry_count, sum(valid_inquiry_count) as valid_inquiry_count,
    sum(lead_credit::decimal(20, 9)) as lead_credit, sum(sale_credit::decimal(20, 9)) as sale_credit,
    sum(first_sale_credit::decimal(20, 9)) as first_sale_credit,
    sum(revenue) as revenue
from stated left join campaigns using (brand, channel, campaign_name)
where date >= first_day()
group by all
order by brand, channel, campaign, day, basis, model
