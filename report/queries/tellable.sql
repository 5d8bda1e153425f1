-- What each ad platform can be told of, by conversion.
select
    brand, destination || ' ' || account || ': ' || milestone as told, sum(conversion_count) as conversions,
    coalesce(sum(conversion_count) filter (where is_tellable), 0) as tellable,
    coalesce(sum(conversion_count) filter (where is_tellable), 0) / sum(conversion_count) as tellable_share,
    sum(value) filter (where is_tellable) as tellable_value
from marts.activation_preflight
where conversion_month >= first_day() - 31
group by all
order by brand, told
