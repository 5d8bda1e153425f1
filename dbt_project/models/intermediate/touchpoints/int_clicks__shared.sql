{# One click is one device. An address passed on with its click id is an ad on the first of its devices only. #}

with

visits as (

    select * from {{ ref('visits__unioned') }}
    where client_id is not null

),

urls as (

    select * from {{ ref('int_urls__parsed') }}
    where click_id is not null

),

-- Two trackers of one site have names of their own for one device.
shared as (

    select
        visits.brand,
        visits.source,
        visits.account,
        urls.click_id_type,
        urls.click_id,
        min_by(visits.client_id, (visits.started_at, visits.client_id)) as first_client_id,
        count(distinct visits.client_id) as device_count

    from visits
    inner join urls on visits.landing_url = urls.url
    group by visits.brand, visits.source, visits.account, urls.click_id_type, urls.click_id
    having count(distinct visits.client_id) > 1

)

select * from shared
