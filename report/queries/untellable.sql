-- Why the others cannot be told, and what helps.
select
    brand, replace(rule, '_', ' ') as rule, destination || ' ' || account || ': ' || milestone as told,
    sum(conversion_count) as conversions,
    sum(conversion_count)
    / sum(sum(conversion_count)) over (partition by brand, destination, account, milestone) as share,
    what_to_mend
from marts.activation_preflight
where conversion_month >= first_day() - 31
group by brand, rule, destination, account, milestone, is_tellable, what_to_mend
qualify not is_tellable
order by conversions desc, told, rule
