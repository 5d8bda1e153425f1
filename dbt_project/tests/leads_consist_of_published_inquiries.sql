{# Each lead has the inquiries it counts, and each inquiry's lead is credited to somebody or to nobody. #}

with

leads as (

    select * from {{ ref('int_leads__built') }}

),

credited as (

    select distinct lead_id
    from {{ ref('attributed_leads') }}

),

counted as (

    select
        lead_id,
        count(*) as inquiry_count,
        min(occurred_at) as first_occurred_at

    from {{ ref('inquiries') }}
    where lead_id is not null
    group by lead_id

),

compared as (

    select
        coalesce(leads.lead_id, counted.lead_id) as lead_id,
        leads.inquiry_count as lead_inquiry_count,
        counted.inquiry_count,
        leads.created_at,
        counted.first_occurred_at,
        credited.lead_id is not null as is_credited

    from leads
    full outer join counted on leads.lead_id = counted.lead_id
    left join credited on coalesce(leads.lead_id, counted.lead_id) = credited.lead_id

)

select * from compared
where lead_inquiry_count is null
    or inquiry_count is null
    or lead_inquiry_count <> inquiry_count
    or created_at <> first_occurred_at
    or not is_credited
