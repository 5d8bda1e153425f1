-- What each channel sold, by month of the sale: last_non_direct.
select
    brand, month, channel, product, sum(sale_count) as sales, sum(revenue) as revenue, sum(margin) as margin
from marts.channel_product_margin
where month >= first_day() - 31
group by all
order by all
