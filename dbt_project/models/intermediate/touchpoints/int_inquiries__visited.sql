with

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

screened as (

    select * from {{ ref('int_inquiries__screened') }}

),

parsed as (

    select * from {{ ref('int_inquiries__parsed') }}

),

named as (

    select * from {{ ref('int_visits__named') }}

),

visits as (

    select * from {{ ref('int_visits__parsed') }}

),

wanted as (

    select
        inquiries.inquiry_id,
        inquiries.brand,
        screened.client_id,
        screened.client_matched_by,
        parsed.click_id_type,
        parsed.click_id,
        inquiries.occurred_at,
        -- Two clocks never agree to the second.
        inquiries.occurred_at + interval 5 minute as last_start_at,
        inquiries.occurred_at - interval '{{ var("own_visit_hours") }}' hour as first_start_at

    from inquiries
    inner join screened on inquiries.inquiry_id = screened.inquiry_id
    inner join parsed on inquiries.inquiry_id = parsed.inquiry_id

),

named_visits as (

    select
        inquiry_id,
        visit_id,
        started_at,
        'same_visit' as matched_by,
        1 as precedence

    from named

),

device_visits as (

    select
        wanted.inquiry_id,
        visits.visit_id,
        visits.started_at,
        wanted.client_matched_by as matched_by,
        2 as precedence

    from wanted
    inner join visits
        on wanted.brand = visits.brand
        and wanted.client_id = visits.client_id
        and visits.started_at <= wanted.last_start_at
        and visits.started_at >= wanted.first_start_at

),

-- A click id came with one visit, however long ago the page was opened.
click_visits as (

    select
        wanted.inquiry_id,
        visits.visit_id,
        visits.started_at,
        'same_click_id' as matched_by,
        3 as precedence

    from wanted
    inner join visits
        on wanted.brand = visits.brand
        and wanted.click_id_type = visits.click_id_type
        and wanted.click_id = visits.click_id
        and visits.started_at <= wanted.last_start_at
    where wanted.client_id is null
        or wanted.client_id = visits.client_id

),

matches as (

    select * from named_visits
    union all
    select * from device_visits
    union all
    select * from click_visits

),

visited as (

    select
        inquiry_id,
        visit_id,
        started_at,
        matched_by

    from matches
    qualify row_number() over (
        partition by inquiry_id order by precedence, started_at desc, visit_id
    ) = 1

)

select * from visited
