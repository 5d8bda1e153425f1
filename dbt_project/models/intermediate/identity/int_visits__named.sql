{# The visit that a form names. A visit's id means something within its tracker only: two trackers count from one. #}

with

inquiries as (

    select * from {{ ref('inquiries__unioned') }}
    where source_visit_id is not null

),

visits as (

    select * from {{ ref('visits__unioned') }}

),

doubled as (

    select * from {{ ref('int_visits__doubled') }}

),

trackers as (

    select distinct brand, source, account
    from visits

),

-- No visit begins after its form, but for two clocks that never agree to the second.
met as (

    select
        inquiries.inquiry_id,
        inquiries.brand,
        visits.visit_id,
        visits.client_id,
        visits.started_at,
        visits.source = inquiries.source and visits.account = inquiries.account as is_own_tracker,
        own_trackers.source is not null as has_own_tracker,
        count(*) over (partition by inquiries.inquiry_id) as visit_count

    from inquiries
    inner join visits
        on inquiries.brand = visits.brand
        and inquiries.source_visit_id = visits.source_visit_id
        and visits.started_at <= inquiries.occurred_at + interval 5 minute
        and visits.started_at >= inquiries.occurred_at - interval '{{ var("own_visit_hours") }}' hour
    left join trackers as own_trackers
        on inquiries.brand = own_trackers.brand
        and inquiries.source = own_trackers.source
        and inquiries.account = own_trackers.account

),

-- A form's sender that tracks no visits itself names the one visit of that id, if there is one alone.
named as (

    select
        met.inquiry_id,
        met.brand,
        coalesce(doubled.kept_visit_id, met.visit_id) as visit_id,
        met.client_id,
        met.started_at

    from met
    left join doubled on met.visit_id = doubled.visit_id
    where met.is_own_tracker
        or (not met.has_own_tracker and met.visit_count = 1)

)

select * from named
