with

-- A lead of a customer that two accounts read came once.
leads as (

    select * from {{ ref('stg_google_ads__lead_form_submission_data') }}
    qualify account is not distinct from {{ account_that_counts('customer_id, lead_id') }}

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
        email as email_raw,
        phone as phone_raw,
        full_name,
        company,
        city,
        form_id,
        case when gclid is not null then 'gclid' end as click_id_type,
        gclid as click_id,
        'google' as tracker_source,
        'cpc' as tracker_medium,
        campaign_name as tracker_campaign,
        'google_ads' as platform,
        campaign_id,
        campaign_name,
        ad_group_id,
        {{ written_words('answers') }} as message,
        answers,
        context,
        contact_found_by,
        landed_at

    from leads

)

select * from shaped
