with

responses as (

    select * from {{ ref('stg_typeform__responses') }}

),

shaped as (

    select
        brand,
        'typeform' as source,
        account,
        'responses' as source_table,
        response_id as source_record_id,
        'form' as kind,
        submitted_at as occurred_at,
        cast(null as timestamp) as recorded_at,
        opened_at,
        email as email_raw,
        phone as phone_raw,
        full_name,
        company,
        cast(null as varchar) as city,
        {{ filled_in('client_id') }} as client_id,
        cast(null as varchar) as source_visit_id,
        -- The page that holds the form; its address keeps the tags of the visit.
        referer as page_url,
        {{ json_text('hidden', 'referrer') }} as referrer,
        form_id,
        cast(null as varchar) as tracking_number,
        'inbound' as direction,
        cast(null as bigint) as duration_seconds,
        cast(null as boolean) as is_answered,
        cast(null as boolean) as is_voicemail,
        cast(null as timestamp) as first_response_at,
        cast(null as varchar) as employee,
        service as product,
        {{ json_text('hidden', 'self_reported_source') }} as self_reported_source,
        {{ json_text('hidden', 'utm_source') }} as utm_source,
        {{ json_text('hidden', 'utm_medium') }} as utm_medium,
        {{ json_text('hidden', 'utm_campaign') }} as utm_campaign,
        {{ json_text('hidden', 'utm_term') }} as utm_term,
        {{ json_text('hidden', 'utm_content') }} as utm_content,
        case
            {%- for name in click_id_types() %}
            when {{ filled_in(json_text('hidden', name)) }} is not null then '{{ name }}'
            {%- endfor %}
        end as click_id_type,
        coalesce(
            {%- for name in click_id_types() %}
            {{ filled_in(json_text('hidden', name)) }}{{ ',' if not loop.last }}
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

    from responses

)

select * from shaped
