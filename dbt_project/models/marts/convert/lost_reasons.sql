with

leads as (

    select * from {{ ref('int_leads__channelled') }}
    where lost_at is not null

),

counted as (

    select
        brand,
        cohort_month,
        channel,
        coalesce({{ without_contacts('lost_reason') }}, 'unknown') as lost_reason,
        count(*) as lead_count,
        count(case when is_qualified then 1 end) as qualified_count

    from leads
    group by all

)

select * from counted
