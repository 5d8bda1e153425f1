-- What new customers of a month had cost and what margin they have brought so far, by channel.
select
    brand, cohort_month as month, channel, customer_count as customers, spend, margin_so_far, payback_months
from marts.payback
where cohort_month >= first_day() - 31
order by all
