with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}
    where number_kind = 'pool'
        and kind = 'call'

),

screened as (

    select * from {{ ref('int_inquiries__screened') }}

),

held as (

    select * from {{ ref('int_calls__held') }}

),

tracking_numbers as (

    select * from {{ ref('int_tracking_numbers__read') }}
    where kind = 'pool'

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

pools as (

    select
        brand,
        count(distinct number_digits) as number_count

    from tracking_numbers
    group by brand

),

-- A call is polluted where the number was somebody else's at that moment: the caller knew it from before, or his own
-- device is another than the one it was shown to.
judged as (

    select
        inquiries.brand,
        inquiries.inquiry_date,
        inquiries.inquiry_id,
        inquiries.client_id is not null or inquiries.visit_id is not null as is_identified,
        coalesce(held.is_number_reassigned, false)
        or coalesce(screened.client_matched_by = 'same_client_id' and held.client_id <> screened.client_id, false)
            as is_polluted

    from inquiries
    inner join screened on inquiries.inquiry_id = screened.inquiry_id
    left join held on inquiries.inquiry_id = held.inquiry_id

),

calls as (

    select
        brand,
        inquiry_date,
        count(*) as call_count,
        count(*) filter (where is_identified and not is_polluted) as identified_count,
        count(*) filter (where not is_identified and not is_polluted) as unidentified_count,
        count(*) filter (where is_polluted) as polluted_count

    from judged
    group by brand, inquiry_date

),

turns as (

    select brand, held_from as turned_at, 1 as step
    from tracking_numbers
    where client_id is not null

    union all

    select brand, held_to as turned_at, -1 as step
    from tracking_numbers
    where client_id is not null
        and held_to is not null

),

-- A number that is freed and shown again in the same second was not free.
running as (

    select
        brand,
        turned_at,
        sum(step) over (
            partition by brand order by turned_at, step desc rows between unbounded preceding and current row
        ) as held_count

    from turns

),

peaks as (

    select
        running.brand,
        cast({{ local_time('running.turned_at', 'brands.time_zone') }} as date) as inquiry_date,
        max(running.held_count) as peak_held_count

    from running
    inner join brands on running.brand = brands.brand
    group by running.brand, cast({{ local_time('running.turned_at', 'brands.time_zone') }} as date)

),

days as (

    select brand, inquiry_date from calls
    union
    select brand, inquiry_date from peaks

),

measured as (

    select
        days.brand,
        days.inquiry_date,
        pools.number_count,
        coalesce(calls.call_count, 0) as call_count,
        coalesce(calls.identified_count, 0) as identified_count,
        coalesce(calls.unidentified_count, 0) as unidentified_count,
        coalesce(calls.polluted_count, 0) as polluted_count,
        cast(peaks.peak_held_count as bigint) as peak_held_count,
        peaks.peak_held_count >= pools.number_count as is_exhausted

    from days
    inner join pools on days.brand = pools.brand
    left join calls
        on days.brand = calls.brand
        and days.inquiry_date = calls.inquiry_date
    left join peaks
        on days.brand = peaks.brand
        and days.inquiry_date = peaks.inquiry_date

)

select * from measured
