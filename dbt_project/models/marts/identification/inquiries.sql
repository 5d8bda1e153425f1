with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

attributed as (

    select * from {{ ref('int_inquiries__attributed') }}

),

led as (

    select * from {{ ref('int_inquiries__led') }}

),

settings as (

    select * from {{ ref('int_settings__chosen') }}

),

found_flags as (

    select distinct inquiry_id, flag
    from {{ source('checks', 'inquiry_flags') }}

),

first_sales as (

    select
        brand,
        person_id,
        min(sold_at) as first_sold_at

    from {{ ref('int_sales__built') }}
    where not is_cancelled
    group by brand, person_id

),

flags as (

    select
        inquiry_id,
        {{ dbt.listagg('flag', "','", 'order by flag') }} as flags,
        count(*) as flag_count

    from found_flags
    group by inquiry_id

),

published as (

    select
        inquiries.brand,
        inquiries.inquiry_id,
        inquiries.kind,
        inquiries.messenger,
        inquiries.occurred_at,
        inquiries.inquiry_date,
        inquiries.source,
        inquiries.account,
        inquiries.source_record_id,
        inquiries.person_id,
        led.lead_id,
        attributed.touchpoint_id,
        attributed.channel,
        attributed.platform,
        attributed.campaign_id,
        attributed.campaign_name,
        inquiries.campaign_candidates,
        inquiries.grade,
        cast(inquiries.score as integer) as score,
        coalesce(flags.flags, '') as flags,
        coalesce(flags.flag_count, 0) as flag_count,
        inquiries.is_spam,
        inquiries.is_employee,
        inquiries.is_duplicate,
        inquiries.duplicate_of_inquiry_id,
        coalesce(first_sales.first_sold_at < inquiries.occurred_at, false) as is_existing_customer,
        -- What ads are paid for: new people, each counted once.
        inquiries.is_valid
        and coalesce(first_sales.first_sold_at >= inquiries.occurred_at, true) as is_valid,
        {{ masked_email('inquiries.email_normalised', 'inquiries.email_raw') }} as email_masked,
        {{ masked_phone('inquiries.phone_e164', 'inquiries.phone_raw') }} as phone_masked,
        {{ keyed_hash('inquiries.email_normalised') }} as email_hash,
        {{ keyed_hash('inquiries.phone_e164') }} as phone_hash,
        inquiries.form_id,
        {{ masked_phone('inquiries.tracking_number', 'inquiries.tracking_number') }} as tracking_number_masked,
        inquiries.product,
        {{ without_contacts('inquiries.self_reported_source') }} as self_reported_source,
        inquiries.direction,
        inquiries.duration_seconds,
        -- A caller who gave up at once was not missed, he left: the phone had hardly rung.
        case
            when inquiries.kind <> 'call' then null
            when inquiries.is_voicemail then 'voicemail'
            when inquiries.is_answered then 'answered'
            when inquiries.duration_seconds < settings.abandoned_call_seconds then 'abandoned'
            else 'missed'
        end as call_state,
        inquiries.is_answered,
        inquiries.first_response_at,
        {{ dbt.datediff('inquiries.occurred_at', 'inquiries.first_response_at', 'second') }} as response_seconds

    from inquiries
    inner join attributed on inquiries.inquiry_id = attributed.inquiry_id
    inner join settings on inquiries.brand = settings.brand
    left join led on inquiries.inquiry_id = led.inquiry_id
    left join flags on inquiries.inquiry_id = flags.inquiry_id
    left join first_sales
        on inquiries.brand = first_sales.brand
        and inquiries.person_id = first_sales.person_id

)

select * from published
