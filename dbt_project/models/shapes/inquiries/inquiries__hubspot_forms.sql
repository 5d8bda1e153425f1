with

submissions as (

    select * from {{ ref('stg_hubspot__form_submissions') }}

),

shaped as (

    select
        brand,
        'hubspot' as source,
        account,
        'form_submissions' as source_table,
        submission_id as source_record_id,
        'form' as kind,
        submitted_at as occurred_at,
        cast(null as timestamp) as recorded_at,
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
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as campaign_name,
        cast(null as varchar) as ad_group_id,
        false as is_marked_spam,
        answers as content,
        cast(null as varchar) as vendor_person_id,
        landed_at

    from submissions

)

select * from shaped
