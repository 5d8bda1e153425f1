-- How valid inquiries were handled, by channel.
select
    brand, block(inquiry_date) as day, channel, replace(handling, '_', ' ') as handling, count(*) as inquiries
from marts.inquiry_handling
where is_valid and inquiry_date >= first_day()
group by all
order by all
