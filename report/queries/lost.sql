-- What it cost that valid inquiries were answered late or never.
select
    brand, inquiry_month as month, channel, replace(handling, '_', ' ') as handling, sum(inquiry_count) as inquiries,
    sum(spend_lost) as spend_lost, sum(expected_sales::decimal(20, 9)) as expected_sales,
    sum(expected_revenue) as expected_revenue
from marts.lost_inquiry_cost
where inquiry_month >= first_day() - 31
group by all
order by all
