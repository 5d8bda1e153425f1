-- How well inquiries are identified: A is certain, E is nobody. Poor are D and E.
select
    brand, block(inquiry_date) as day, kind, coalesce(grade, '?') as grade, count(*) as inquiries,
    count(*) filter (grade in ('D', 'E')) as poor
from marts.inquiries
where inquiry_date >= first_day()
group by all
order by all
