{# Two trackers on one site tell of each visit twice: the same device, the same address, within seconds. #}

with

visits as (

    select
        *,
        source || ' ' || coalesce(account, '') as tracker
    from {{ ref('visits__unioned') }}
    where client_id is not null

),

tracked_twice as (

    select brand
    from visits
    group by brand
    having count(distinct tracker) > 1

),

candidates as (

    select visits.*
    from visits
    inner join tracked_twice on visits.brand = tracked_twice.brand

),

-- The tracker that is first by name tells of the visit.
doubled as (

    select
        second.visit_id,
        first.visit_id as kept_visit_id,
        second.brand,
        second.source,
        second.account

    from candidates as second
    inner join candidates as first
        on second.brand = first.brand
        and second.client_id = first.client_id
        and split_part(second.landing_url, '#', 1) = split_part(first.landing_url, '#', 1)
        and second.tracker > first.tracker
        and second.started_at
            between first.started_at - interval '{{ var("same_visit_seconds") }}' second
            and first.started_at + interval '{{ var("same_visit_seconds") }}' second
    qualify row_number() over (
        partition by second.visit_id
        order by first.tracker, abs(date_diff('second', first.started_at, second.started_at)), first.visit_id
    ) = 1

)

select * from doubled
