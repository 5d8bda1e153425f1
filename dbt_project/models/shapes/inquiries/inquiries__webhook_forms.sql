with

forms as (

    select * from {{ ref('stg_webhook__inquiries') }}

),

shaped as (

    select
        brand,
        'webhook' as source,
        account,
        'inquiries' as source_table,
        -- Sites that post to one hook number their entries alike.
        case when site is null then inquiry_id else site || ':' || inquiry_id end as source_record_id,
        case when sender = 'google_lead_form' then 'lead_ad' else 'form' end as kind,
        occurred_at,
        received_at as recorded_at,
        email as email_raw,
        phone as phone_raw,
        name as full_name,
        company,
        city,
        {{ filled_in('client_id') }} as client_id,
        {{ filled_in('visit_id') }} as source_visit_id,
        page_url,
        referrer,
        form_id,
        product,
        self_reported_source,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        {{ click_id_type_of('click_ids') }} as click_id_type,
        {{ click_id_of('click_ids') }} as click_id,
        -- Google's lead form says which ad showed it, and only an ad shows one.
        case when sender = 'google_lead_form' then 'google' end as tracker_source,
        case when sender = 'google_lead_form' then 'cpc' end as tracker_medium,
        case when sender = 'google_lead_form' then 'google_ads' end as platform,
        case
            when sender = 'google_lead_form'
                then coalesce({{ json_text('context', 'campaign_id') }}, {{ json_text('answers', 'campaign_id') }})
        end as campaign_id,
        case
            when sender = 'google_lead_form'
                then coalesce({{ json_text('context', 'ad_group_id') }}, {{ json_text('answers', 'ad_group_id') }})
        end as ad_group_id,
        is_marked_spam,
        {{ written_words('answers') }} as message,
        answers,
        context,
        contact_found_by,
        landed_at

    from forms

)

select * from shaped
