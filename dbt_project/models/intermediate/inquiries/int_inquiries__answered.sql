with

deduplicated as (

    select * from {{ ref('int_inquiries__deduplicated') }}

),

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

responses as (

    select * from {{ ref('responses__unioned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

phones as (

    select * from {{ source('steps', 'phones') }}
    where is_valid

),

identifiers as (

    select distinct brand, identifier_value as phone_e164, record_type, record_id
    from {{ ref('int_identifiers__normalised') }}
    where identifier_type = 'phone'

),

people as (

    select * from {{ ref('int_people__resolved') }}

),

-- A number that several people share is answered to whoever wrote from it.
phone_people as (

    select distinct
        identifiers.brand,
        identifiers.phone_e164,
        people.person_id

    from identifiers
    inner join people
        on identifiers.record_type = people.record_type
        and identifiers.record_id = people.record_id

),

called_contacts as (

    select
        responses.response_id,
        responses.brand,
        people.person_id,
        responses.responded_at,
        responses.employee

    from responses
    inner join people
        on people.record_type = 'contact'
        and responses.contact_id = people.record_id

),

-- A number that carries its country code reads as it is.
read_numbers as (

    select
        responses.response_id,
        responses.brand,
        coalesce(
            phones.phone_e164,
            case when starts_with(responses.phone_raw, '+') then '+' || {{ phone_digits('responses.phone_raw') }} end
        ) as phone_e164,
        responses.responded_at,
        responses.employee

    from responses
    left join brands on responses.brand = brands.brand
    left join phones
        on responses.phone_raw = phones.raw_phone
        and coalesce(brands.phone_region, '') = coalesce(phones.region, '')
    where responses.phone_raw is not null

),

called_numbers as (

    select
        read_numbers.response_id,
        read_numbers.brand,
        phone_people.person_id,
        read_numbers.responded_at,
        read_numbers.employee

    from read_numbers
    inner join phone_people
        on read_numbers.brand = phone_people.brand
        and read_numbers.phone_e164 = phone_people.phone_e164

),

calls_back as (

    select * from called_contacts
    union all
    select * from called_numbers

),

own_responses as (

    select
        inquiry_id,
        greatest(first_response_at, occurred_at) as responded_at,
        employee

    from inquiries
    -- Two clocks never agree to the second; what was said long before was the answer to something else.
    where first_response_at >= occurred_at - interval 5 minute

),

later_responses as (

    select
        deduplicated.inquiry_id,
        calls_back.responded_at,
        calls_back.employee

    from deduplicated
    inner join inquiries on deduplicated.inquiry_id = inquiries.inquiry_id
    inner join calls_back
        on deduplicated.brand = calls_back.brand
        and deduplicated.person_id = calls_back.person_id
        and calls_back.responded_at >= inquiries.occurred_at

),

all_responses as (

    select * from own_responses
    union all
    select * from later_responses

),

-- The earliest human attempt counts and is never overwritten.
answered as (

    select
        inquiry_id,
        responded_at as first_response_at,
        employee as responded_by

    from all_responses
    qualify row_number() over (
        partition by inquiry_id order by responded_at, employee
    ) = 1

)

select * from answered
