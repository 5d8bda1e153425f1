-- How much of what the touches of a month will bring has come: sales and leads so far, and those still to come.
select
    brand, month, channel, conversion_type, attribution_model as model, credit,
    greatest(coalesce(expected_credit, credit) - credit, 0) as credit_to_come
from marts.cohort_maturity
where month >= first_day() - 31
order by all
