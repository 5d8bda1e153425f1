with

leads as (

    select * from {{ ref('stg_vk_ads__leads') }}

),

shaped as (

    select
        brand,
        'vk_ads' as source,
        account,
        'leads' as source_table,
        lead_id as source_record_id,
        'lead_ad' as kind,
        created_at as occurred_at,
        email as email_raw,
        phone as phone_raw,
        full_name,
        city,
        form_id,
        'vk' as tracker_source,
        -- A form that no ad led to was found on a page.
        case when ad_id is null then 'social' else 'paid_social' end as tracker_medium,
        'vk_ads' as platform,
        campaign_id,
        ad_group_id,
        ad_id,
        {{ written_words('answers') }} as message,
        answers,
        context,
        contact_found_by,
        landed_at

    from leads

)

select * from shaped
