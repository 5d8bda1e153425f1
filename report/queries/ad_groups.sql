-- The ad groups that leads and sales came from, by month of the conversion or of the touch.
with leads as (
    select brand, attribution_model as model, channel, campaign_name, ad_group_id, conversion_date, touch_date,
        credit as lead_credit, 0 as sale_credit, 0 as revenue
    from marts.attributed_leads
    where ad_group_id is not null
),
sales as (
    select brand, attribution_model as model, channel, campaign_name, ad_group_id, conversion_date, touch_date,
        0 as lead_credit, credit as sale_credit, revenue_credit as revenue
    from marts.attributed_sales
    where ad_group_id is not null and not is_cancelled
),
both_kinds as (select * from leads union all select * from sales),
dated as (
    select *, 'conversion' as basis, conversion_date as date from both_kinds
    union all
    select *, 'touch' as basis, coalesce(touch_date, conversion_date) as date from both_kinds
),
names as (
    select brand, ad_group_id, max_by(ad_group_name, spend_date) as ad_group_name
    from marts.spend
    where ad_group_id is not null
    group by all
),
largest as (
    select brand, ad_group_id
    from both_kinds
    where model = 'last_non_direct'
    group by brand, ad_group_id
    qualify row_number() over (partition by brand order by sum(lead_credit::decimal(20, 9)) desc, ad_group_id) <= 40
)
select
    brand, date_trunc('month', date)::date as month, model, basis, channel, coalesce(campaign_name, '(no campaign)') as campaign,
    coalesce(names.ad_group_name, ad_group_id) as ad_group,
    sum(lead_credit::decimal(20, 9)) as lead_credit, sum(sale_credit::decimal(20, 9)) as sale_credit,
    sum(revenue) as revenue
from dated inner join largest using (brand, ad_group_id) left join names using (brand, ad_group_id)
where date >= first_day()
group by all
order by all
