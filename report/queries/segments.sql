-- Customers by how recently, how often and for how much they bought.
select
    brand, segment, recency_score, frequency_score, count(*) as customers, sum(sale_count) as sales,
    sum(revenue) as revenue, sum(margin) as margin
from marts.customer_rfm
group by all
order by all
