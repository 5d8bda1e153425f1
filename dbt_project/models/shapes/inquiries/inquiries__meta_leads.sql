with

leads as (

    select * from {{ ref('stg_meta_ads__leads') }}

),

shaped as (

    select
        brand,
        'meta_ads' as source,
        account,
        'leads' as source_table,
        lead_id as source_record_id,
        'lead_ad' as kind,
        created_at as occurred_at,
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
        cast(null as varchar) as click_id_type,
        cast(null as varchar) as click_id,
        case when lower(platform) = 'ig' then 'instagram' else 'facebook' end as tracker_source,
        -- A form reached without an ad is a post like any other.
        case when coalesce(is_organic, false) then 'social' else 'paid_social' end as tracker_medium,
        campaign_name as tracker_campaign,
        'meta_ads' as platform,
        campaign_id,
        campaign_name,
        adset_id as ad_group_id,
        false as is_marked_spam,
        cast(null as varchar) as content,
        cast(null as varchar) as vendor_person_id,
        landed_at

    from leads

)

select * from shaped
