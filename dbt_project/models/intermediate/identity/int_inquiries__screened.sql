with

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

phones as (

    select * from {{ source('steps', 'phones') }}

),

emails as (

    select * from {{ source('steps', 'emails') }}

),

withheld_numbers as (

    select distinct {{ caller_key('phone_text') }} as caller_key
    from {{ ref('stg_rules__withheld_numbers') }}

),

spam_patterns as (

    select * from {{ ref('stg_rules__spam_patterns') }}

),

blocklist as (

    select * from {{ ref('stg_rules__identifier_blocklist') }}

),

employees as (

    select * from {{ ref('int_employees__read') }}

),

held as (

    select * from {{ ref('int_calls__held') }}

),

written as (

    select
        inquiry_id,
        'full_name' as field,
        lower(full_name) as text
    from inquiries
    where full_name is not null

    union all

    select
        inquiry_id,
        'email' as field,
        lower(email_raw) as text
    from inquiries
    where email_raw is not null

    union all

    select
        inquiry_id,
        'content' as field,
        lower(message) as text
    from inquiries
    where message is not null

),

spam_writing as (

    select distinct written.inquiry_id
    from written
    inner join spam_patterns
        on written.field = spam_patterns.field
        and {{ matches_fully_by_row('written.text', 'spam_patterns.pattern') }}

),

normalised as (

    select
        inquiries.inquiry_id,
        inquiries.brand,
        inquiries.source,
        inquiries.account,
        inquiries.kind,
        inquiries.occurred_at,
        inquiries.email_raw,
        inquiries.phone_raw,
        inquiries.vendor_person_id,
        inquiries.channel_contact_id,
        inquiries.kind = 'call'
        and (inquiries.phone_raw is null or withheld_numbers.caller_key is not null) as is_number_withheld,
        case when emails.is_valid then emails.email_normalised end as email_normalised,
        -- Nobody can be reached at a mistyped address, but who mistypes it twice is one person.
        emails.email_normalised as email_key,
        coalesce(emails.is_role, false) as is_email_role,
        coalesce(emails.is_disposable, false) as is_email_disposable,
        case when phones.is_valid and withheld_numbers.caller_key is null then phones.phone_e164 end as phone_e164,
        case when blocklist.identifier_value is null then inquiries.client_id end as given_client_id,
        case when not held.is_number_reassigned then held.client_id end as held_client_id,
        coalesce(held.is_number_reassigned, false) as is_number_reassigned,
        inquiries.is_marked_spam or spam_writing.inquiry_id is not null as is_spam

    from inquiries
    left join brands on inquiries.brand = brands.brand
    left join withheld_numbers on {{ caller_key('inquiries.phone_raw') }} = withheld_numbers.caller_key
    left join emails on inquiries.email_raw = emails.raw_email
    left join phones
        on inquiries.phone_raw = phones.raw_phone
        and coalesce(brands.phone_region, '') = coalesce(phones.region, '')
    left join blocklist
        on blocklist.identifier_type = 'client_id'
        and lower(inquiries.client_id) = blocklist.identifier_value
    left join held on inquiries.inquiry_id = held.inquiry_id
    left join spam_writing on inquiries.inquiry_id = spam_writing.inquiry_id

),

by_employee as (

    select distinct normalised.inquiry_id
    from normalised
    inner join employees
        on normalised.brand = employees.brand
        and employees.identifier_type = 'email'
        and {{ without_plus_tag('normalised.email_normalised') }} = employees.identifier_value

    union

    select distinct normalised.inquiry_id
    from normalised
    inner join employees
        on normalised.brand = employees.brand
        and employees.identifier_type = 'phone'
        and {{ phone_digits('normalised.phone_e164') }} = employees.identifier_value

    union

    -- Who shows two to five digits calls from a telephone of the house.
    select inquiry_id
    from normalised
    where kind = 'call'
        and not is_number_withheld
        and phone_e164 is null
        and {{ matches_fully(phone_digits('phone_raw'), "'[0-9]{2,5}'") }}
        and {{ phone_digits('phone_raw') }} not like '00%'

),

screened as (

    select
        normalised.inquiry_id,
        normalised.brand,
        normalised.source,
        normalised.account,
        normalised.kind,
        normalised.occurred_at,
        normalised.email_raw,
        normalised.phone_raw,
        normalised.email_normalised,
        normalised.email_key,
        normalised.phone_e164,
        coalesce(normalised.given_client_id, normalised.held_client_id) as client_id,
        case
            when normalised.given_client_id is not null then 'same_client_id'
            when normalised.held_client_id is not null then 'number_held'
        end as client_matched_by,
        normalised.vendor_person_id,
        normalised.channel_contact_id,
        normalised.email_raw is not null and normalised.email_normalised is null as is_email_invalid,
        normalised.phone_raw is not null
        and normalised.phone_e164 is null
        and not normalised.is_number_withheld as is_phone_invalid,
        normalised.is_email_role,
        normalised.is_email_disposable,
        normalised.is_number_withheld,
        normalised.is_number_reassigned,
        normalised.is_spam,
        by_employee.inquiry_id is not null as is_employee

    from normalised
    left join by_employee on normalised.inquiry_id = by_employee.inquiry_id

)

select * from screened
