-- Which published number of a closed month changed since, and why.
select brand, month, channel, attribution_model as model, metric, value_before, value_now, difference, cause
from marts.restatements
where attribution_model is null or attribution_model = 'last_non_direct'
order by month desc, abs(difference) desc
limit 200
