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
        cast(null as timestamp) as recorded_at,
        cast(null as timestamp) as opened_at,
        cast(null as varchar) as email_raw,
        -- The plus sign is left out; with it the number is read alike in every country.
        case when inbound.contact_phone_number like '7__________' then '+' else '' end
            || inbound.contact_phone_number as phone_raw,
        inbound.contact_full_name as full_name,
        cast(null as varchar) as company,
        inbound.visitor_city as city,
        coalesce(inbound.ua_client_id, inbound.ym_client_id) as client_id,
        cast(null as varchar) as source_visit_id,
        coalesce(inbound.entrance_page, inbound.page_url) as page_url,
        inbound.referrer,
        cast(null as varchar) as form_id,
        inbound.virtual_phone_number as tracking_number,
        'inbound' as direction,
        inbound.talk_seconds as duration_seconds,
        coalesce(not inbound.is_lost, false) as is_answered,
        false as is_voicemail,
        case when not inbound.is_lost then inbound.started_at end as first_response_at,
        {{ shown_employee('owners.employee', 'inbound.employee_name') }} as employee,
        cast(null as varchar) as product,
        cast(null as varchar) as self_reported_source,
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
        cast(null as varchar) as tracker_medium,
        inbound.campaign_name as tracker_campaign,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as campaign_name,
        cast(null as varchar) as ad_group_id,
        coalesce(lower(inbound.tags) like '%spam%' or lower(inbound.tags) like '%спам%', false) as is_marked_spam,
        cast(null as varchar) as content,
        inbound.person_id as vendor_person_id,
        inbound.landed_at

    from inbound
    left join owners
        on inbound.brand = owners.brand
        and lower(inbound.employee_name) = owners.email

)

select * from shaped
