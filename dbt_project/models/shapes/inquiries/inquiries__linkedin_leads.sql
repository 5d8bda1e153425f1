with

leads as (

    select * from {{ ref('stg_linkedin_ads__lead_responses') }}

),

campaigns as (

    select * from {{ ref('stg_linkedin_ads__campaigns') }}

),

shaped as (

    select
        leads.brand,
        'linkedin_ads' as source,
        leads.account,
        'lead_responses' as source_table,
        leads.lead_id as source_record_id,
        'lead_ad' as kind,
        leads.submitted_at as occurred_at,
        cast(null as timestamp) as recorded_at,
        cast(null as timestamp) as opened_at,
        leads.email as email_raw,
        leads.phone as phone_raw,
        leads.full_name,
        leads.company,
        leads.city,
        cast(null as varchar) as client_id,
        cast(null as varchar) as source_visit_id,
        cast(null as varchar) as page_url,
        cast(null as varchar) as referrer,
        leads.form_id,
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
        'linkedin' as tracker_source,
        'paid_social' as tracker_medium,
        campaigns.campaign_name as tracker_campaign,
        'linkedin_ads' as platform,
        leads.campaign_id,
        campaigns.campaign_name,
        cast(null as varchar) as ad_group_id,
        -- What the advertiser sent to try his form is nobody's inquiry.
        leads.is_test as is_marked_spam,
        leads.answers as content,
        cast(null as varchar) as vendor_person_id,
        leads.landed_at

    from leads
    left join campaigns
        on leads.account = campaigns.account
        and leads.campaign_id = campaigns.campaign_id

)

select * from shaped
