with

leads as (

    select * from {{ ref('stg_google_ads__lead_form_submission_data') }}

),

shaped as (

    select
        brand,
        'google_ads' as source,
        account,
        'lead_form_submission_data' as source_table,
        lead_id as source_record_id,
        'lead_ad' as kind,
        submitted_at as occurred_at,
        cast(null as timestamp) as recorded_at,
        cast(null as timestamp) as opened_at,
        email as email_raw,
        phone as phone_raw,
        full_name,
        company,
        city,
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
        case when gclid is not null then 'gclid' end as click_id_type,
        gclid as click_id,
        'google' as tracker_source,
        'cpc' as tracker_medium,
        campaign_name as tracker_campaign,
        'google_ads' as platform,
        campaign_id,
        campaign_name,
        ad_group_id,
        false as is_marked_spam,
        answers as content,
        cast(null as varchar) as vendor_person_id,
        landed_at

    from leads

)

select * from shaped
