{# Every call that a platform counted, and every tracked call of its campaigns, stands in one row. #}

with

staged as (

    select
        brand,
        count(*) as platform_call_count

    from (
        select brand from {{ ref('stg_google_ads__call_view') }}
        qualify account is not distinct from {{ account_that_counts('customer_id, call_id') }}
    ) as calls
    group by brand

),

tracked as (

    select
        inquiries.brand,
        count(*) as tracked_call_count

    from {{ ref('int_inquiries__identified') }} as inquiries
    where inquiries.kind = 'call'
        and coalesce(inquiries.direction, 'inbound') = 'inbound'
        and coalesce(inquiries.touch_matched_by, '') <> 'first_call'
        and inquiries.touchpoint_id in (
            select touchpoints.touchpoint_id from {{ ref('int_touchpoints__unioned') }} as touchpoints
            where touchpoints.platform = 'google_ads'
        )
    group by inquiries.brand

),

published as (

    select
        brand,
        sum(platform_call_count) as platform_call_count,
        sum(tracked_call_count) as tracked_call_count

    from {{ ref('platform_calls') }}
    group by brand

),

compared as (

    select
        staged.brand,
        staged.platform_call_count as staged_count,
        coalesce(published.platform_call_count, 0) as published_count,
        coalesce(tracked.tracked_call_count, 0) as tracked_count,
        coalesce(published.tracked_call_count, 0) as published_tracked_count

    from staged
    left join published on staged.brand = published.brand
    left join tracked on staged.brand = tracked.brand

)

select * from compared
where staged_count <> published_count
    or tracked_count <> published_tracked_count
