-- Calls by the hour and weekday on which they came, and those that nobody took.
select
    brand, block(inquiry_date) as day, inquiry_weekday as weekday, inquiry_hour as hour, count(*) as calls,
    count(*) filter (is_missed) as missed
from marts.inquiry_handling
where kind = 'call' and inquiry_date >= first_day()
group by all
order by all
