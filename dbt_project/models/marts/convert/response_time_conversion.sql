with

leads as (

    select * from {{ ref('int_leads__channelled') }}

),

buckets as (

    select * from {{ ref('stg_rules__response_buckets') }}

),

-- The first class whose edge is above the time; who was never answered is a class of his own.
placed as (

    select
        leads.*,
        coalesce(buckets.bucket_order, 1000) as bucket_order,
        coalesce(buckets.bucket, 'never') as bucket

    from leads
    left join buckets
        on leads.response_minutes < coalesce(buckets.below_minutes, 1000000000)
    qualify row_number() over (partition by leads.lead_id order by buckets.bucket_order) = 1

),

converted as (

    select
        brand,
        cohort_month,
        channel,
        cast(bucket_order as integer) as bucket_order,
        bucket,
        count(*) as lead_count,
        count(case when is_qualified then 1 end) as qualified_count,
        count(case when is_won then 1 end) as sale_count,
        cast(count(case when is_qualified then 1 end) as double) / count(*) as qualified_share,
        cast(count(case when is_won then 1 end) as double) / count(*) as sale_share

    from placed
    group by all

)

select * from converted
