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
        inquiry_id as source_record_id,
        case when sender = 'google_lead_form' then 'lead_ad' else 'form' end as kind,
        occurred_at,
        received_at as recorded_at,
        cast(null as timestamp) as opened_at,
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
        cast(null as varchar) as tracking_number,
        'inbound' as direction,
        cast(null as bigint) as duration_seconds,
        cast(null as boolean) as is_answered,
        cast(null as boolean) as is_voicemail,
        cast(null as timestamp) as first_response_at,
        cast(null as varchar) as employee,
        product,
        self_reported_source,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        case
            {%- for name in click_id_types() %}
            when {{ filled_in(json_text('click_ids', name)) }} is not null then '{{ name }}'
            {%- endfor %}
        end as click_id_type,
        coalesce(
            {%- for name in click_id_types() %}
            {{ filled_in(json_text('click_ids', name)) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as click_id,
        cast(null as varchar) as tracker_source,
        cast(null as varchar) as tracker_medium,
        cast(null as varchar) as tracker_campaign,
        -- Google's lead form says which ad showed it.
        case when sender = 'google_lead_form' then 'google_ads' end as platform,
        case when sender = 'google_lead_form' then {{ json_text('answers', 'campaign_id') }} end as campaign_id,
        cast(null as varchar) as campaign_name,
        case when sender = 'google_lead_form' then {{ json_text('answers', 'ad_group_id') }} end as ad_group_id,
        is_marked_spam,
        answers as content,
        cast(null as varchar) as vendor_person_id,
        landed_at

    from forms

)

select * from shaped
