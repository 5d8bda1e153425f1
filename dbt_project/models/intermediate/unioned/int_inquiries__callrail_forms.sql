with

submissions as (

    select * from {{ ref('stg_callrail__form_submissions') }}

),

shaped as (

    select
        brand,
        'callrail' as source,
        account,
        'form_submissions' as source_table,
        form_submission_id as source_record_id,
        'form' as kind,
        submitted_at as occurred_at,
        cast(null as timestamp) as recorded_at,
        cast(null as timestamp) as opened_at,
        customer_email as email_raw,
        customer_phone_number as phone_raw,
        customer_name as full_name,
        cast(null as varchar) as company,
        cast(null as varchar) as city,
        cast(null as varchar) as client_id,
        cast(null as varchar) as source_visit_id,
        coalesce(landing_page_url, form_url) as page_url,
        coalesce(referring_url, referrer) as referrer,
        form_name as form_id,
        cast(null as varchar) as tracking_number,
        'inbound' as direction,
        cast(null as bigint) as duration_seconds,
        cast(null as boolean) as is_answered,
        cast(null as boolean) as is_voicemail,
        cast(null as timestamp) as first_response_at,
        cast(null as varchar) as employee,
        cast(null as varchar) as product,
        cast(null as varchar) as self_reported_source,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        case when gclid is not null then 'gclid' when fbclid is not null then 'fbclid' end as click_id_type,
        coalesce(gclid, fbclid) as click_id,
        source as tracker_source,
        medium as tracker_medium,
        campaign as tracker_campaign,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as campaign_name,
        cast(null as varchar) as ad_group_id,
        coalesce(lead_status = 'not_a_lead', false) as is_marked_spam,
        form_data as content,
        person_id as vendor_person_id,
        landed_at

    from submissions

)

select * from shaped
