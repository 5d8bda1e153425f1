-- What was asked for, bought and refused, each in its own month.
select
    brand, month, product, asked_count, sold_count, lost_count, not_offered_count, not_in_stock_count, price_count,
    revenue, margin
from marts.demand_vs_offer
where month >= first_day() - 31
order by all
