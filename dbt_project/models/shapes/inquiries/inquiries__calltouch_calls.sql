with

calls as (

    select * from {{ ref('stg_calltouch__calls') }}

),

owners as (

    select * from {{ ref('int_employees__listed') }}

),

shaped as (

    select
        calls.brand,
        'calltouch' as source,
        calls.account,
        'calls' as source_table,
        calls.call_id as source_record_id,
        'call' as kind,
        calls.started_at as occurred_at,
        {{ with_plus_sign('calls.caller_number') }} as phone_raw,
        calls.city,
        coalesce(calls.ga_client_id, calls.ya_client_id) as client_id,
        coalesce(calls.landing_url, calls.call_url) as page_url,
        calls.referrer,
        calls.tracking_number,
        calls.duration_seconds,
        coalesce(calls.is_successful, false) as is_answered,
        false as is_voicemail,
        case when calls.is_successful then calls.started_at end as first_response_at,
        {{ shown_employee('owners.employee', 'calls.manager') }} as employee,
        calls.utm_source,
        calls.utm_medium,
        calls.utm_campaign,
        calls.utm_term,
        calls.utm_content,
        nullif(calls.source, '(not set)') as tracker_source,
        calls.medium as tracker_medium,
        case
            when calls.yandex_campaign_id is not null then 'yandex_direct'
            when calls.google_campaign_id is not null then 'google_ads'
        end as platform,
        coalesce(calls.yandex_campaign_id, calls.google_campaign_id) as campaign_id,
        case
            when calls.yandex_campaign_id is not null then calls.yandex_ad_group_id
            else calls.google_ad_group_id
        end as ad_group_id,
        {{ is_tagged_spam('calls.tags') }} as is_marked_spam,
        calls.landed_at

    from calls
    left join owners
        on calls.brand = owners.brand
        and lower(calls.manager) = owners.email

)

select * from shaped
