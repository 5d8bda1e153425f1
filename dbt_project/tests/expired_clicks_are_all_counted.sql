{# Every click id that was shown, is older than the ad account's list and is not in it, is counted once as waste. #}

with

shown as (

    select
        visits.brand,
        visits.click_id,
        touchpoints.touch_date as seen_date

    from {{ ref('int_visits__parsed') }} as visits
    inner join {{ ref('int_touchpoints__unioned') }} as touchpoints
        on visits.visit_id = touchpoints.touchpoint_id
    where visits.click_id_type = 'gclid'

    union all

    select
        parsed.brand,
        parsed.click_id,
        inquiries.inquiry_date as seen_date

    from {{ ref('int_inquiries__parsed') }} as parsed
    inner join {{ ref('inquiries') }} as inquiries on parsed.inquiry_id = inquiries.inquiry_id
    where parsed.click_id_type = 'gclid'

),

missing as (

    select
        shown.brand,
        shown.click_id

    from shown
    where not exists (
        select 1 from {{ ref('stg_google_ads__click_view') }} as clicks
        where clicks.brand = shown.brand
            and clicks.gclid = shown.click_id
    )
    group by shown.brand, shown.click_id
    having min(shown.seen_date) < {{ as_of_day() }} - 90

),

expected as (

    select
        brand,
        count(*) as click_count

    from missing
    group by brand

),

counted as (

    select
        brand,
        sum(click_count) as click_count

    from {{ ref('tool_waste') }}
    group by brand

),

compared as (

    select
        coalesce(expected.brand, counted.brand) as brand,
        coalesce(expected.click_count, 0) as expected_count,
        coalesce(counted.click_count, 0) as counted_count

    from expected
    full outer join counted on expected.brand = counted.brand

)

select * from compared
where expected_count <> counted_count
