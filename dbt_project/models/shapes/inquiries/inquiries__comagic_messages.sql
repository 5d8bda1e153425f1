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
        messages.visitor_email as email_raw,
        {{ with_plus_sign('messages.visitor_phone_number') }} as phone_raw,
        messages.visitor_name as full_name,
        messages.visitor_city as city,
        coalesce(messages.ua_client_id, messages.ym_client_id) as client_id,
        coalesce(messages.entrance_page, messages.page_url) as page_url,
        messages.referrer,
        messages.form_type as form_id,
        {{ shown_employee('owners.employee', 'messages.employee_name') }} as employee,
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
        messages.campaign_name as tracker_campaign,
        {{ is_tagged_spam('messages.tags') }} as is_marked_spam,
        messages.text as message,
        messages.person_id as vendor_person_id,
        messages.landed_at

    from messages
    left join owners
        on messages.brand = owners.brand
        and lower(messages.employee_name) = owners.email

)

select * from shaped
