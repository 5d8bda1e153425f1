with

raw_inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

robots as (

    select * from {{ ref('int_inquiries__screened') }}
    where is_spam

),

inquiries as (

    select * from {{ ref('int_inquiries__screened') }}
    -- Robots write other people's addresses; they must not tie those people together.
    where not is_spam

),

contacts as (

    select * from {{ ref('contacts__unioned') }}

),

listed_deals as (

    select * from {{ ref('deals__unioned') }}

),

-- A CRM makes a deal of every form, also of a robot's; as long as nobody has found a need in it, it ties nobody either.
robots_deals as (

    select distinct listed_deals.deal_id
    from listed_deals
    inner join raw_inquiries
        on listed_deals.brand = raw_inquiries.brand
        and listed_deals.source_inquiry_id = raw_inquiries.source_record_id
    inner join robots on raw_inquiries.inquiry_id = robots.inquiry_id
    where listed_deals.qualified_at is null
        and listed_deals.opportunity_at is null
        and listed_deals.won_at is null

),

deals as (

    select listed_deals.*
    from listed_deals
    left join robots_deals on listed_deals.deal_id = robots_deals.deal_id
    where robots_deals.deal_id is null

),

visits as (

    select * from {{ ref('visits__unioned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

phones as (

    select * from {{ source('steps', 'phones') }}
    where is_valid

),

emails as (

    select * from {{ source('steps', 'emails') }}
    where email_normalised is not null

),

inquiry_identifiers as (

    select
        'inquiry' as record_type,
        inquiry_id as record_id,
        brand,
        'email' as identifier_type,
        email_key as identifier_value,
        occurred_at as seen_at

    from inquiries

    union all

    select
        'inquiry' as record_type,
        inquiry_id as record_id,
        brand,
        'phone' as identifier_type,
        phone_e164 as identifier_value,
        occurred_at as seen_at

    from inquiries

    union all

    select
        'inquiry' as record_type,
        inquiry_id as record_id,
        brand,
        'client_id' as identifier_type,
        client_id as identifier_value,
        occurred_at as seen_at

    from inquiries

    union all

    select
        'inquiry' as record_type,
        inquiry_id as record_id,
        brand,
        'vendor_person_id' as identifier_type,
        source || ':' || account || ':' || vendor_person_id as identifier_value,
        occurred_at as seen_at

    from inquiries

    union all

    -- Whoever writes at a messenger is logged in there; a number or an address joins later, or never.
    select
        'inquiry' as record_type,
        inquiry_id as record_id,
        brand,
        'channel_contact' as identifier_type,
        channel_contact_id as identifier_value,
        occurred_at as seen_at

    from inquiries

),

contact_details as (

    select contact_id, brand, created_at, 'email' as identifier_type, email_raw as raw_value
    from contacts
    union all
    select contact_id, brand, created_at, 'phone' as identifier_type, phone_raw as raw_value
    from contacts
    union all
    select contact_id, brand, created_at, 'phone' as identifier_type, mobile_raw as raw_value
    from contacts
    union all
    select
        contact_id, brand, created_at, 'email' as identifier_type,
        {{ text_elements('other_emails_raw', ';') }} as raw_value
    from contacts
    union all
    select
        contact_id, brand, created_at, 'phone' as identifier_type,
        {{ text_elements('other_phones_raw', ';') }} as raw_value
    from contacts

),

deal_details as (

    select deal_id, brand, created_at, 'email' as identifier_type, email_raw as raw_value
    from deals
    union all
    select deal_id, brand, created_at, 'phone' as identifier_type, phone_raw as raw_value
    from deals

),

crm_details as (

    select
        'contact' as record_type,
        contact_id as record_id,
        brand,
        identifier_type,
        raw_value,
        created_at as seen_at

    from contact_details
    where raw_value is not null

    union all

    select
        'deal' as record_type,
        deal_id as record_id,
        brand,
        identifier_type,
        raw_value,
        created_at as seen_at

    from deal_details
    where raw_value is not null

),

crm_identifiers as (

    select
        crm_details.record_type,
        crm_details.record_id,
        crm_details.brand,
        crm_details.identifier_type,
        case
            when crm_details.identifier_type = 'email' then emails.email_normalised
            else phones.phone_e164
        end as identifier_value,
        crm_details.seen_at

    from crm_details
    left join brands on crm_details.brand = brands.brand
    left join emails
        on case when crm_details.identifier_type = 'email' then crm_details.raw_value end = emails.raw_email
    left join phones
        on case when crm_details.identifier_type = 'phone' then crm_details.raw_value end = phones.raw_phone
        and coalesce(brands.phone_region, '') = coalesce(phones.region, '')

),

-- A merged contact answers to its old numbers too.
contact_numbers as (

    select
        contact_id,
        brand,
        source,
        account,
        created_at,
        {{ text_elements("concat_ws(';', source_contact_id, merged_contact_ids)", ';') }} as source_contact_id

    from contacts

),

contact_ids as (

    select
        'contact' as record_type,
        contact_id as record_id,
        brand,
        'contact_id' as identifier_type,
        source || ':' || account || ':' || trim(source_contact_id) as identifier_value,
        created_at as seen_at

    from contact_numbers
    where trim(source_contact_id) <> ''

    union all

    -- Only the contact a deal began with: a deal of a firm must not make its people one.
    select
        'deal' as record_type,
        deal_id as record_id,
        brand,
        'contact_id' as identifier_type,
        source || ':' || account || ':' || source_contact_id as identifier_value,
        created_at as seen_at

    from deals

),

client_users as (

    select
        'visit_client' as record_type,
        client_id as record_id,
        brand,
        'user_id' as identifier_type,
        user_id as identifier_value,
        min(started_at) as seen_at

    from visits
    where user_id is not null
        and client_id is not null
    group by brand, client_id, user_id

),

-- Who wrote two addresses or two numbers into one field has both.
written as (

    select
        'inquiry' as record_type,
        inquiry_id as record_id,
        brand,
        'email' as identifier_type,
        email_raw as raw_value,
        occurred_at as seen_at

    from inquiries

    union all

    select
        'inquiry' as record_type,
        inquiry_id as record_id,
        brand,
        'phone' as identifier_type,
        phone_raw as raw_value,
        occurred_at as seen_at

    from inquiries

    union all

    select record_type, record_id, brand, identifier_type, raw_value, seen_at
    from crm_details

),

further_values as (

    select
        'email' as identifier_type,
        raw_email as raw_value,
        cast(null as varchar) as region,
        {{ list_elements('other_emails') }} as identifier_value

    from emails

    union all

    select
        'phone' as identifier_type,
        raw_phone as raw_value,
        region,
        {{ list_elements('other_phones') }} as identifier_value

    from phones

),

further_identifiers as (

    select
        written.record_type,
        written.record_id,
        written.brand,
        written.identifier_type,
        further_values.identifier_value,
        written.seen_at

    from written
    inner join brands on written.brand = brands.brand
    inner join further_values
        on written.identifier_type = further_values.identifier_type
        and written.raw_value = further_values.raw_value
        and (
            written.identifier_type = 'email'
            or coalesce(brands.phone_region, '') = coalesce(further_values.region, '')
        )

),

unioned as (

    select * from inquiry_identifiers
    union all
    select * from crm_identifiers
    union all
    select * from contact_ids
    union all
    select * from client_users
    union all
    select * from further_identifiers

),

normalised as (

    select
        case
            when record_type = 'visit_client' then 'client:' || brand || ':' || record_id
            else record_type || ':' || record_id
        end as node_id,
        record_type,
        record_id,
        brand,
        identifier_type,
        identifier_value,
        {{ identifier_node('brand', 'identifier_type', 'identifier_value') }} as identifier_node,
        min(seen_at) as seen_at,
        case
            when identifier_type in ('email', 'phone', 'contact_id', 'channel_contact') then 'strong'
            when identifier_type in ('client_id', 'user_id') then 'medium'
            else 'weak'
        end as strength

    from unioned
    where identifier_value is not null
    group by record_type, record_id, brand, identifier_type, identifier_value

)

select * from normalised
