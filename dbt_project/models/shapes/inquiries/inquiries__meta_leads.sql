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
        email as email_raw,
        phone as phone_raw,
        full_name,
        company,
        city,
        form_id,
        case when lower(platform) = 'ig' then 'instagram' else 'facebook' end as tracker_source,
        -- A form reached without an ad is a post like any other.
        case when coalesce(is_organic, false) then 'social' else 'paid_social' end as tracker_medium,
        campaign_name as tracker_campaign,
        'meta_ads' as platform,
        campaign_id,
        campaign_name,
        adset_id as ad_group_id,
        message,
        answers,
        context,
        contact_found_by,
        landed_at

    from leads

)

select * from shaped
