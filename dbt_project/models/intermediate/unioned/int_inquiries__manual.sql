with

inquiries as (

    select * from {{ ref('stg_manual__inquiries') }}

),

inbound as (

    select * from inquiries
    where coalesce(lower(direction), 'inbound') <> 'outbound'

),

shaped as (

    select
        brand,
        'manual' as source,
        account,
        'inquiries' as source_table,
        inquiry_id as source_record_id,
        lower(kind) as kind,
        occurred_at,
        cast(null as timestamp) as recorded_at,
        cast(null as timestamp) as opened_at,
        email as email_raw,
        phone as phone_raw,
        name as full_name,
        company,
        city,
        {{ filled_in('client_id') }} as client_id,
        visit_id as source_visit_id,
        page_url,
        cast(null as varchar) as referrer,
        form_id,
        tracking_number,
        'inbound' as direction,
        duration_seconds,
        is_answered and not coalesce(is_voicemail, false) as is_answered,
        is_voicemail,
        coalesce(
            first_response_at,
            case
                when lower(kind) = 'call' and is_answered and not coalesce(is_voicemail, false) then occurred_at
                -- Who walks in is met by a person.
                when lower(kind) = 'walk_in' then occurred_at
            end
        ) as first_response_at,
        employee,
        product,
        self_reported_source,
        cast(null as varchar) as utm_source,
        cast(null as varchar) as utm_medium,
        cast(null as varchar) as utm_campaign,
        cast(null as varchar) as utm_term,
        cast(null as varchar) as utm_content,
        cast(null as varchar) as click_id_type,
        cast(null as varchar) as click_id,
        cast(null as varchar) as tracker_source,
        cast(null as varchar) as tracker_medium,
        cast(null as varchar) as tracker_campaign,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as campaign_name,
        cast(null as varchar) as ad_group_id,
        false as is_marked_spam,
        cast(null as varchar) as content,
        cast(null as varchar) as vendor_person_id,
        landed_at

    from inbound

)

select * from shaped
