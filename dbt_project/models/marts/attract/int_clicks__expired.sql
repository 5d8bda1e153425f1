{# Click ids that a visit or an inquiry showed and that no click of the ad account answers. Google lists clicks for 90
   days: what was not read by then has no keyword for ever. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

visits as (

    select * from {{ ref('int_visits__channelled') }}
    where click_id_type = 'gclid'
        and not is_click_resolved

),

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}
    where touch_kind = 'visit'

),

parsed as (

    select * from {{ ref('int_inquiries__parsed') }}
    where click_id_type = 'gclid'

),

identified as (

    select * from {{ ref('int_inquiries__identified') }}

),

handling as (

    select * from {{ ref('inquiry_handling') }}

),

clicks as (

    select * from {{ ref('clicks__unioned') }}
    where click_id_type = 'gclid'

),

shown_by_visits as (

    select
        visits.brand,
        visits.click_id,
        touchpoints.touch_date as seen_date,
        visits.visit_id as record_id,
        touchpoints.channel,
        touchpoints.platform,
        touchpoints.campaign_id,
        touchpoints.campaign_name

    from visits
    inner join touchpoints on visits.visit_id = touchpoints.touchpoint_id

),

-- With the inquiry itself, or with the visit that it was written in.
clicked_inquiries as (

    select
        parsed.brand,
        parsed.click_id,
        parsed.inquiry_id

    from parsed
    left join clicks
        on parsed.brand = clicks.brand
        and parsed.click_id = clicks.click_id
    where clicks.click_id is null

    union

    select
        visits.brand,
        visits.click_id,
        identified.inquiry_id

    from identified
    inner join visits on identified.visit_id = visits.visit_id

),

shown_by_inquiries as (

    select
        clicked_inquiries.brand,
        clicked_inquiries.click_id,
        handling.inquiry_date as seen_date,
        handling.inquiry_id as record_id,
        handling.channel,
        handling.platform,
        handling.campaign_id,
        handling.campaign_name

    from clicked_inquiries
    inner join handling on clicked_inquiries.inquiry_id = handling.inquiry_id

),

shown as (

    select *, 1 as precedence from shown_by_visits
    union all
    select *, 2 as precedence from shown_by_inquiries

),

first_shown as (

    select * from shown
    qualify row_number() over (partition by brand, click_id order by seen_date, precedence, record_id) = 1

),

inquired as (

    select
        clicked_inquiries.brand,
        clicked_inquiries.click_id,
        count(*) as inquiry_count

    from clicked_inquiries
    inner join handling on clicked_inquiries.inquiry_id = handling.inquiry_id
    where handling.is_valid
    group by clicked_inquiries.brand, clicked_inquiries.click_id

),

expired as (

    select
        first_shown.brand,
        first_shown.click_id,
        first_shown.seen_date,
        first_shown.channel,
        first_shown.platform,
        first_shown.campaign_id,
        first_shown.campaign_name,
        coalesce(inquired.inquiry_count, 0) as inquiry_count

    from first_shown
    left join inquired
        on first_shown.brand = inquired.brand
        and first_shown.click_id = inquired.click_id
    where first_shown.seen_date < {{ as_of_day() }} - 90

)

select * from expired
