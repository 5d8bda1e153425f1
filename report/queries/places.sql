-- Inquiries and those in doubt among them, by form, number and page: grade D or E, or a flag of high severity.
-- Each dimension holds all of them again.
with largest as (
    select brand, dimension, dimension_value
    from marts.identification_trend
    where dimension in ('form', 'tracking_number', 'page') and dimension_value <> 'none' and inquiry_date >= first_day()
    group by brand, dimension, dimension_value
    qualify row_number() over (partition by brand, dimension order by sum(poor_count) desc, dimension_value) <= 20
),
hosted as (
    select *, case when dimension = 'page' then regexp_extract(dimension_value, '^([a-z]+://)?[^/]*') end as host
    from largest
),
-- Pages of one host are told apart by what stands behind it.
named as (
    select
        *,
        case
            when dimension = 'page' and count(distinct host) over (partition by brand, dimension) = 1
                then '/' || ltrim(substring(dimension_value, length(host) + 1), '/')
            else dimension_value
        end as place
    from hosted
)
select
    brand, block(inquiry_date) as day, dimension, place, sum(inquiry_count) as inquiries, sum(poor_count) as doubtful
from marts.identification_trend inner join named using (brand, dimension, dimension_value)
where inquiry_date >= first_day()
group by all
order by all
