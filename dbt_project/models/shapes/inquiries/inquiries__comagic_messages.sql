with

messages as (

    select * from {{ ref('stg_comagic__messages') }}

),

owners as (

    select * from {{ ref('int_employees__listed') }}

),

shaped as (

    select
        messages.brand,
        'comagic' as source,
        messages.account,
        'messages' as source_table,
        messages.message_id as source_record_id,
        'form' as kind,
        messages.sent_at as occurred_at,
        cast(null as timestamp) as recorded_at,
        cast(null as timestamp) as opened_at,
        messages.visitor_email as email_raw,
        -- The plus sign is left out; with it the number is read alike in every country.
        case when messages.visitor_phone_number like '7__________' then '+' else '' end
            || messages.visitor_phone_number as phone_raw,
        messages.visitor_name as full_name,
        cast(null as varchar) as company,
        messages.visitor_city as city,
        coalesce(messages.ua_client_id, messages.ym_client_id) as client_id,
        cast(null as varchar) as source_visit_id,
        coalesce(messages.entrance_page, messages.page_url) as page_url,
        messages.referrer,
        messages.form_type as form_id,
        cast(null as varchar) as tracking_number,
        'inbound' as direction,
        cast(null as bigint) as duration_seconds,
        cast(null as boolean) as is_answered,
        cast(null as boolean) as is_voicemail,
        cast(null as timestamp) as first_response_at,
        {{ shown_employee('owners.employee', 'messages.employee_name') }} as employee,
        cast(null as varchar) as product,
        cast(null as varchar) as self_reported_source,
        messages.utm_source,
        messages.utm_medium,
        messages.utm_campaign,
        messages.utm_term,
        messages.utm_content,
        case
            when messages.gclid is not null then 'gclid'
            when messages.yclid is not null then 'yclid'
        end as click_id_type,
        coalesce(messages.gclid, messages.yclid) as click_id,
        cast(null as varchar) as tracker_source,
        cast(null as varchar) as tracker_medium,
        messages.campaign_name as tracker_campaign,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as campaign_name,
        cast(null as varchar) as ad_group_id,
        coalesce(lower(messages.tags) like '%spam%' or lower(messages.tags) like '%спам%', false) as is_marked_spam,
        messages.text as content,
        messages.person_id as vendor_person_id,
        messages.landed_at

    from messages
    left join owners
        on messages.brand = owners.brand
        and lower(messages.employee_name) = owners.email

)

select * from shaped
