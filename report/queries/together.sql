-- Which products are sold together.
select brand, product, attached_product, sale_count, together_count, attach_share, attached_margin
from marts.product_attach_rates
order by brand, together_count desc, product, attached_product
limit 200
