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
        requests.email as email_raw,
        {{ with_plus_sign('requests.phone') }} as phone_raw,
        requests.full_name,
        requests.city,
        coalesce(requests.ga_client_id, requests.ya_client_id) as client_id,
        requests.landing_url as page_url,
        requests.referrer,
        requests.subject as form_id,
        {{ shown_employee('owners.employee', 'requests.manager') }} as employee,
        requests.utm_source,
        requests.utm_medium,
        requests.utm_campaign,
        requests.utm_term,
        requests.utm_content,
        nullif(requests.source, '(not set)') as tracker_source,
        requests.medium as tracker_medium,
        case
            when requests.yandex_campaign_id is not null then 'yandex_direct'
            when requests.google_campaign_id is not null then 'google_ads'
        end as platform,
        coalesce(requests.yandex_campaign_id, requests.google_campaign_id) as campaign_id,
        case
            when requests.yandex_campaign_id is not null then requests.yandex_ad_group_id
            else requests.google_ad_group_id
        end as ad_group_id,
        {{ is_tagged_spam('requests.tags') }} as is_marked_spam,
        requests.landed_at

    from requests
    left join owners
        on requests.brand = owners.brand
        and lower(requests.manager) = owners.email

)

select * from shaped
