{# Which tracked call a platform's counted call is: it does not say who called, but when, and for how long. Each is
   of one at most, the nearest first. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

platform_calls as (

    select * from {{ ref('stg_google_ads__call_view') }}
    qualify account is not distinct from {{ account_that_counts('customer_id, call_id') }}

),

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}
    where kind = 'call'

),

near as (

    select
        inquiries.inquiry_id,
        platform_calls.brand,
        platform_calls.account,
        platform_calls.call_id,
        platform_calls.campaign_id,
        platform_calls.duration_seconds,
        abs({{ dbt.datediff('platform_calls.started_at', 'inquiries.occurred_at', 'second') }}) as seconds_apart

    from platform_calls
    inner join inquiries
        on platform_calls.brand = inquiries.brand
        and inquiries.occurred_at >= platform_calls.started_at - interval 30 second
        and inquiries.occurred_at <= platform_calls.started_at + interval 30 second
        and coalesce(abs(inquiries.duration_seconds - platform_calls.duration_seconds) <= 5, true)

),

nearest_inquiry as (

    select * from near
    qualify row_number() over (partition by brand, account, call_id order by seconds_apart, inquiry_id) = 1

),

matched as (

    select
        inquiry_id,
        brand,
        'google_ads' as platform,
        account,
        call_id,
        campaign_id,
        duration_seconds

    from nearest_inquiry
    qualify row_number() over (partition by inquiry_id order by seconds_apart, account, call_id) = 1

)

select * from matched
