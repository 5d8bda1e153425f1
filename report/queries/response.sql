-- What became of leads by how fast their first inquiry was answered.
select
    brand, cohort_month as month, channel, bucket, bucket_order, sum(lead_count) as leads,
    sum(qualified_count) as qualified, sum(sale_count) as sales
from marts.response_time_conversion
where cohort_month >= first_day() - 31
group by all
order by all
