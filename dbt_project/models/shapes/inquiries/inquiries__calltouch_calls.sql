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
        cast(null as timestamp) as recorded_at,
        cast(null as timestamp) as opened_at,
        cast(null as varchar) as email_raw,
        -- Calltouch leaves the plus sign out; with it the number is read alike in every country.
        case when calls.caller_number like '7__________' then '+' else '' end || calls.caller_number as phone_raw,
        cast(null as varchar) as full_name,
        cast(null as varchar) as company,
        calls.city,
        coalesce(calls.ga_client_id, calls.ya_client_id) as client_id,
        cast(null as varchar) as source_visit_id,
        coalesce(calls.landing_url, calls.call_url) as page_url,
        calls.referrer,
        cast(null as varchar) as form_id,
        calls.tracking_number,
        'inbound' as direction,
        calls.duration_seconds,
        coalesce(calls.is_successful, false) as is_answered,
        false as is_voicemail,
        case when calls.is_successful then calls.started_at end as first_response_at,
        {{ shown_employee('owners.employee', 'calls.manager') }} as employee,
        cast(null as varchar) as product,
        cast(null as varchar) as self_reported_source,
        calls.utm_source,
        calls.utm_medium,
        calls.utm_campaign,
        calls.utm_term,
        calls.utm_content,
        cast(null as varchar) as click_id_type,
        cast(null as varchar) as click_id,
        nullif(calls.source, '(not set)') as tracker_source,
        calls.medium as tracker_medium,
        cast(null as varchar) as tracker_campaign,
        case
            when calls.yandex_campaign_id is not null then 'yandex_direct'
            when calls.google_campaign_id is not null then 'google_ads'
        end as platform,
        coalesce(calls.yandex_campaign_id, calls.google_campaign_id) as campaign_id,
        cast(null as varchar) as campaign_name,
        case
            when calls.yandex_campaign_id is not null then calls.yandex_ad_group_id
            else calls.google_ad_group_id
        end as ad_group_id,
        coalesce(lower(calls.tags) like '%spam%' or lower(calls.tags) like '%спам%', false) as is_marked_spam,
        cast(null as varchar) as content,
        cast(null as varchar) as vendor_person_id,
        calls.landed_at

    from calls
    left join owners
        on calls.brand = owners.brand
        and lower(calls.manager) = owners.email

)

select * from shaped
