-- Customers by the month of their first sale and their age since, over all channels that reached the age.
select
    brand, cohort_month, age_months, sum(customer_count) as customers, sum(repeat_customer_count) as repeat_customers,
    sum(cumulative_revenue) as cumulative_revenue, sum(cumulative_margin) as cumulative_margin
from marts.customer_cohorts
group by all
order by all
