{# A platform does not say who called: its calls and the trackers' are held against each other by day and campaign. #}

with

platform_calls as (

    select * from {{ ref('stg_google_ads__call_view') }}
    qualify account is not distinct from {{ account_that_counts('customer_id, call_id') }}

),

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}
    where kind = 'call'
        and coalesce(direction, 'inbound') = 'inbound'
        -- A repeat call that takes the source of the first came from no ad this time.
        and coalesce(touch_matched_by, '') <> 'first_call'

),

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}
    where platform = 'google_ads'

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

),

-- A brand whose calls no platform counts has nothing to hold against.
brands as (

    select distinct brand from platform_calls

),

counted as (

    select
        brand,
        call_date,
        'google_ads' as platform,
        campaign_id,
        1 as platform_call,
        case when call_status = 'MISSED' then 1 else 0 end as platform_missed,
        0 as tracked_call

    from platform_calls

    union all

    select
        inquiries.brand,
        inquiries.inquiry_date as call_date,
        touchpoints.platform,
        touchpoints.campaign_id,
        0 as platform_call,
        0 as platform_missed,
        1 as tracked_call

    from inquiries
    inner join touchpoints on inquiries.touchpoint_id = touchpoints.touchpoint_id
    inner join brands on inquiries.brand = brands.brand

),

summed as (

    select
        brand,
        call_date,
        platform,
        campaign_id,
        cast(sum(platform_call) as bigint) as platform_call_count,
        cast(sum(platform_missed) as bigint) as platform_missed_count,
        cast(sum(tracked_call) as bigint) as tracked_call_count

    from counted
    group by brand, call_date, platform, campaign_id

),

compared as (

    select
        summed.brand,
        summed.call_date,
        summed.platform,
        summed.campaign_id,
        {{ name_without_contacts('campaigns.campaign_name') }} as campaign_name,
        summed.platform_call_count,
        summed.platform_missed_count,
        summed.tracked_call_count,
        summed.platform_call_count - summed.tracked_call_count as difference

    from summed
    left join campaigns
        on summed.brand = campaigns.brand
        and summed.platform = campaigns.platform
        and summed.campaign_id = campaigns.campaign_id

)

select * from compared
