with

texts as (

    select * from {{ ref('int_texts__followed') }}

),

-- What a customer adds, and what he answers, belongs to the inquiry before.
openings as (

    select
        *,
        -- The first text came to the first number; a later one to the number that the conversation has now.
        case when previous_at is null then initial_tracking_number else current_tracking_number end as tracking_number

    from texts
    where is_opening

),

shaped as (

    select
        brand,
        'callrail' as source,
        account,
        'text_messages' as source_table,
        message_id as source_record_id,
        'chat' as kind,
        sent_at as occurred_at,
        cast(null as timestamp) as recorded_at,
        cast(null as timestamp) as opened_at,
        cast(null as varchar) as email_raw,
        customer_phone_number as phone_raw,
        customer_name as full_name,
        cast(null as varchar) as company,
        cast(null as varchar) as city,
        cast(null as varchar) as client_id,
        cast(null as varchar) as source_visit_id,
        cast(null as varchar) as page_url,
        cast(null as varchar) as referrer,
        cast(null as varchar) as form_id,
        tracking_number,
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
        source as tracker_source,
        -- A conversation has no medium; the name of its source says whether it is an ad.
        case
            when lower(source) like '% ads' or lower(source) like '% paid' then 'cpc'
            when lower(source) like '% organic' then 'organic'
        end as tracker_medium,
        cast(null as varchar) as tracker_campaign,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as campaign_name,
        cast(null as varchar) as ad_group_id,
        coalesce(lower(tags) like '%"spam"%' or lead_status = 'not_a_lead', false) as is_marked_spam,
        content,
        cast(null as varchar) as vendor_person_id,
        landed_at

    from openings

)

select * from shaped
