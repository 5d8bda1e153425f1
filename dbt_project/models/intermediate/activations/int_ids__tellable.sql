{# By which ids an ad platform knows a person: clicks, its own lead ads, its counter's devices. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}
    where visit_id is not null

),

visits as (

    select * from {{ ref('int_visits__parsed') }}

),

tracked as (

    select * from {{ ref('visits__unioned') }}
    where source = 'yandex_metrica'
        and client_id is not null

),

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

parsed as (

    select * from {{ ref('int_inquiries__parsed') }}
    where click_id is not null

),

found as (

    select
        touchpoints.brand,
        touchpoints.person_id,
        visits.click_id_type as id_type,
        visits.click_id as id_value,
        visits.started_at as seen_at

    from touchpoints
    inner join visits on touchpoints.visit_id = visits.visit_id
    where visits.click_id is not null

    union all

    -- A form that carries its click was sent after it: the visit, where there is one, says when the click was.
    select
        inquiries.brand,
        inquiries.person_id,
        parsed.click_id_type as id_type,
        parsed.click_id as id_value,
        inquiries.occurred_at as seen_at

    from parsed
    inner join inquiries on parsed.inquiry_id = inquiries.inquiry_id

    union all

    select
        brand,
        person_id,
        'lead_ad:' || source as id_type,
        source_record_id as id_value,
        occurred_at as seen_at

    from inquiries
    where kind = 'lead_ad'

    union all

    select
        touchpoints.brand,
        touchpoints.person_id,
        'device:' || tracked.source as id_type,
        tracked.client_id as id_value,
        tracked.started_at as seen_at

    from touchpoints
    inner join tracked on touchpoints.visit_id = tracked.visit_id

),

tellable as (

    select
        brand,
        person_id,
        id_type,
        id_value,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at

    from found
    group by brand, person_id, id_type, id_value

)

select * from tellable
