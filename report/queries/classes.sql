-- Products by their part of the margin.
select brand, product, abc_class, sale_count, revenue, margin, margin_share, cumulative_share
from marts.product_abc
order by brand, cumulative_share, product
limit 200
