-- What was planned and what came, by month: last_non_direct, by the day of the conversion.
select
    brand, month, channel, planned_spend is not null or planned_leads is not null as is_planned,
    planned_spend, spend, planned_inquiries, inquiries, planned_leads, leads, planned_sales, sales, planned_revenue,
    revenue, paced_spend, paced_inquiries, paced_sales, working_day_count, working_days_passed
from marts.plan_vs_actual
where month >= first_day() - 31
order by all
