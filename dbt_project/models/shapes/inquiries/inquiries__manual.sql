with

inquiries as (

    select * from {{ ref('stg_manual__inquiries') }}

),

owners as (

    select * from {{ ref('int_employees__listed') }}

),

inbound as (

    select * from inquiries
    where coalesce(lower(direction), 'inbound') <> 'outbound'

),

shaped as (

    select
        inbound.brand,
        'manual' as source,
        inbound.account,
        'inquiries' as source_table,
        inbound.inquiry_id as source_record_id,
        lower(inbound.kind) as kind,
        inbound.occurred_at,
        inbound.email as email_raw,
        inbound.phone as phone_raw,
        inbound.name as full_name,
        inbound.company,
        inbound.city,
        {{ filled_in('inbound.client_id') }} as client_id,
        inbound.visit_id as source_visit_id,
        inbound.page_url,
        inbound.form_id,
        inbound.tracking_number,
        inbound.duration_seconds,
        inbound.is_answered and not coalesce(inbound.is_voicemail, false) as is_answered,
        inbound.is_voicemail,
        coalesce(
            inbound.first_response_at,
            case
                when lower(inbound.kind) = 'call' and inbound.is_answered and not coalesce(inbound.is_voicemail, false)
                    then inbound.occurred_at
                -- Who walks in is met by a person.
                when lower(inbound.kind) = 'walk_in' then inbound.occurred_at
            end
        ) as first_response_at,
        {{ shown_employee('owners.employee', 'inbound.employee') }} as employee,
        inbound.product,
        inbound.self_reported_source,
        inbound.landed_at

    from inbound
    left join owners
        on inbound.brand = owners.brand
        and lower(trim(inbound.employee)) = owners.email

)

select * from shaped
