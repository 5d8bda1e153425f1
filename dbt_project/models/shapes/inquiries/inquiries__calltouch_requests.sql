with

requests as (

    select * from {{ ref('stg_calltouch__requests') }}

),

owners as (

    select * from {{ ref('int_employees__listed') }}

),

shaped as (

    select
        requests.brand,
        'calltouch' as source,
        requests.account,
        'requests' as source_table,
        requests.request_id as source_record_id,
        'form' as kind,
        requests.submitted_at as occurred_at,
        cast(null as timestamp) as recorded_at,
        cast(null as timestamp) as opened_at,
        requests.email as email_raw,
        -- Calltouch leaves the plus sign out; with it the number is read alike in every country.
        case when requests.phone like '7__________' then '+' else '' end || requests.phone as phone_raw,
        requests.full_name,
        cast(null as varchar) as company,
        requests.city,
        coalesce(requests.ga_client_id, requests.ya_client_id) as client_id,
        cast(null as varchar) as source_visit_id,
        requests.landing_url as page_url,
        requests.referrer,
        requests.subject as form_id,
        cast(null as varchar) as tracking_number,
        'inbound' as direction,
        cast(null as bigint) as duration_seconds,
        cast(null as boolean) as is_answered,
        cast(null as boolean) as is_voicemail,
        cast(null as timestamp) as first_response_at,
        {{ shown_employee('owners.employee', 'requests.manager') }} as employee,
        cast(null as varchar) as product,
        cast(null as varchar) as self_reported_source,
        requests.utm_source,
        requests.utm_medium,
        requests.utm_campaign,
        requests.utm_term,
        requests.utm_content,
        cast(null as varchar) as click_id_type,
        cast(null as varchar) as click_id,
        nullif(requests.source, '(not set)') as tracker_source,
        requests.medium as tracker_medium,
        cast(null as varchar) as tracker_campaign,
        case
            when requests.yandex_campaign_id is not null then 'yandex_direct'
            when requests.google_campaign_id is not null then 'google_ads'
        end as platform,
        coalesce(requests.yandex_campaign_id, requests.google_campaign_id) as campaign_id,
        cast(null as varchar) as campaign_name,
        case
            when requests.yandex_campaign_id is not null then requests.yandex_ad_group_id
            else requests.google_ad_group_id
        end as ad_group_id,
        coalesce(lower(requests.tags) like '%spam%' or lower(requests.tags) like '%спам%', false) as is_marked_spam,
        cast(null as varchar) as content,
        cast(null as varchar) as vendor_person_id,
        requests.landed_at

    from requests
    left join owners
        on requests.brand = owners.brand
        and lower(requests.manager) = owners.email

)

select * from shaped
