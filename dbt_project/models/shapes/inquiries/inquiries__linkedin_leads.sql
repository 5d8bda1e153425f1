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
        leads.email as email_raw,
        leads.phone as phone_raw,
        leads.full_name,
        leads.company,
        leads.city,
        leads.form_id,
        'linkedin' as tracker_source,
        'paid_social' as tracker_medium,
        campaigns.campaign_name as tracker_campaign,
        'linkedin_ads' as platform,
        leads.campaign_id,
        campaigns.campaign_name,
        -- What the advertiser sent to try his form is nobody's inquiry.
        leads.is_test as is_marked_spam,
        {{ written_words('leads.answers', 'leads.') }} as message,
        leads.answers,
        leads.context,
        leads.contact_found_by,
        leads.landed_at

    from leads
    left join campaigns
        on leads.account = campaigns.account
        and leads.campaign_id = campaigns.campaign_id

)

select * from shaped
