with

calls as (

    select * from {{ ref('stg_callrail__calls') }}

),

owners as (

    select * from {{ ref('int_employees__listed') }}

),

-- A colleague who calls out answers somebody; that is no inquiry.
inbound as (

    select * from calls
    where coalesce(lower(direction), 'inbound') <> 'outbound'

),

shaped as (

    select
        inbound.brand,
        'callrail' as source,
        inbound.account,
        'calls' as source_table,
        inbound.call_id as source_record_id,
        'call' as kind,
        inbound.started_at as occurred_at,
        inbound.created_at as recorded_at,
        inbound.customer_phone_number as phone_raw,
        inbound.customer_name as full_name,
        inbound.customer_city as city,
        inbound.ga_client_id as client_id,
        inbound.landing_page_url as page_url,
        inbound.referring_url as referrer,
        inbound.tracking_phone_number as tracking_number,
        inbound.duration_seconds,
        -- A voicemail counts as answered at CallRail; a person has not spoken.
        coalesce(inbound.is_answered, false) and not coalesce(inbound.is_voicemail, false) as is_answered,
        coalesce(inbound.is_voicemail, false) as is_voicemail,
        case
            when inbound.is_answered and not coalesce(inbound.is_voicemail, false) then inbound.started_at
        end as first_response_at,
        {{ shown_employee('owners.employee', 'inbound.agent_email') }} as employee,
        inbound.utm_source,
        inbound.utm_medium,
        inbound.utm_campaign,
        inbound.utm_term,
        inbound.utm_content,
        case
            when inbound.gclid is not null then 'gclid'
            when inbound.msclkid is not null then 'msclkid'
            when inbound.fbclid is not null then 'fbclid'
        end as click_id_type,
        coalesce(inbound.gclid, inbound.msclkid, inbound.fbclid) as click_id,
        inbound.source as tracker_source,
        inbound.medium as tracker_medium,
        inbound.campaign as tracker_campaign,
        coalesce(lower(inbound.tags) like '%"spam"%' or inbound.lead_status = 'not_a_lead', false) as is_marked_spam,
        inbound.person_id as vendor_person_id,
        inbound.landed_at

    from inbound
    left join owners
        on inbound.brand = owners.brand
        and lower(inbound.agent_email) = owners.email

)

select * from shaped
