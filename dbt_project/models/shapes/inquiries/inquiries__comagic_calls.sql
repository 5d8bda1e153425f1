with

calls as (

    select * from {{ ref('stg_comagic__calls') }}

),

owners as (

    select * from {{ ref('int_employees__listed') }}

),

-- A colleague who calls out answers somebody; that is no inquiry.
inbound as (

    select * from calls
    where lower(direction) <> 'out'

),

shaped as (

    select
        inbound.brand,
        'comagic' as source,
        inbound.account,
        'calls' as source_table,
        inbound.call_id as source_record_id,
        'call' as kind,
        inbound.started_at as occurred_at,
        {{ with_plus_sign('inbound.contact_phone_number') }} as phone_raw,
        inbound.contact_full_name as full_name,
        inbound.visitor_city as city,
        coalesce(inbound.ua_client_id, inbound.ym_client_id) as client_id,
        coalesce(inbound.entrance_page, inbound.page_url) as page_url,
        inbound.referrer,
        inbound.virtual_phone_number as tracking_number,
        inbound.talk_seconds as duration_seconds,
        coalesce(not inbound.is_lost, false) as is_answered,
        false as is_voicemail,
        case when not inbound.is_lost then inbound.started_at end as first_response_at,
        {{ shown_employee('owners.employee', 'inbound.employee_name') }} as employee,
        inbound.utm_source,
        inbound.utm_medium,
        inbound.utm_campaign,
        inbound.utm_term,
        inbound.utm_content,
        case
            when inbound.gclid is not null then 'gclid'
            when inbound.yclid is not null then 'yclid'
        end as click_id_type,
        coalesce(inbound.gclid, inbound.yclid) as click_id,
        inbound.source as tracker_source,
        inbound.campaign_name as tracker_campaign,
        {{ is_tagged_spam('inbound.tags') }} as is_marked_spam,
        inbound.person_id as vendor_person_id,
        inbound.landed_at

    from inbound
    left join owners
        on inbound.brand = owners.brand
        and lower(inbound.employee_name) = owners.email

)

select * from shaped
