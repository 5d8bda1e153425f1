{# Meta told us of a lead, and a day later we still could not read it: the inquiry was made all the same. #}

with

notices as (

    select * from {{ ref('stg_webhook__lead_notices') }}

),

leads as (

    select distinct
        brand,
        lead_id
    from {{ ref('stg_meta_ads__leads') }}

),

-- The night that hears of a lead may have read the leads a minute before: the next one decides.
unread as (

    select notices.*
    from notices
    left join leads
        on notices.brand = leads.brand
        and notices.lead_id = leads.lead_id
    where leads.lead_id is null
        and notices.received_at < {{ as_of_day() }}
        -- Meta's button "Test" sends ids of nothing but fours.
        and not {{ matches_fully('notices.lead_id', "'4+'") }}

),

shaped as (

    select
        brand,
        'webhook' as source,
        account,
        'lead_notices' as source_table,
        lead_id as source_record_id,
        'lead_ad' as kind,
        coalesce(created_at, received_at) as occurred_at,
        received_at as recorded_at,
        cast(null as timestamp) as opened_at,
        cast(null as varchar) as email_raw,
        cast(null as varchar) as phone_raw,
        cast(null as varchar) as full_name,
        cast(null as varchar) as company,
        cast(null as varchar) as city,
        cast(null as varchar) as client_id,
        cast(null as varchar) as source_visit_id,
        cast(null as varchar) as page_url,
        cast(null as varchar) as referrer,
        form_id,
        cast(null as varchar) as tracking_number,
        'inbound' as direction,
        cast(null as bigint) as duration_seconds,
        cast(null as boolean) as is_answered,
        cast(null as boolean) as is_voicemail,
        cast(null as timestamp) as first_response_at,
        cast(null as varchar) as employee,
        cast(null as varchar) as product,
        cast(null as varchar) as self_reported_source,
        cast(null as varchar) as utm_source,
        cast(null as varchar) as utm_medium,
        cast(null as varchar) as utm_campaign,
        cast(null as varchar) as utm_term,
        cast(null as varchar) as utm_content,
        cast(null as varchar) as click_id_type,
        cast(null as varchar) as click_id,
        'facebook' as tracker_source,
        case when ad_id is null then 'social' else 'paid_social' end as tracker_medium,
        cast(null as varchar) as tracker_campaign,
        'meta_ads' as platform,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as campaign_name,
        adset_id as ad_group_id,
        false as is_marked_spam,
        cast(null as varchar) as content,
        cast(null as varchar) as vendor_person_id,
        landed_at

    from unread

)

select * from shaped
