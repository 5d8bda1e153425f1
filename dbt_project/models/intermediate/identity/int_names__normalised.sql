with

screened as (

    select * from {{ ref('int_inquiries__screened') }}
    where not is_spam
        and not is_employee

),

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

contacts as (

    select * from {{ ref('contacts__unioned') }}

),

empty_names as (

    select distinct {{ joined_words(name_words('name')) }} as name_key
    from {{ ref('stg_rules__empty_names') }}

),

written as (

    select
        'inquiry:' || inquiries.inquiry_id as node_id,
        inquiries.brand,
        {{ name_words('inquiries.full_name') }} as words

    from inquiries
    inner join screened on inquiries.inquiry_id = screened.inquiry_id

    union all

    select
        'contact:' || contact_id as node_id,
        brand,
        {{ name_words('full_name') }} as words

    from contacts

),

keyed as (

    select
        node_id,
        brand,
        words,
        {{ joined_words('words') }} as name_key,
        {{ word_count('words') }} as word_count

    from written
    where words is not null

),

normalised as (

    select keyed.*
    from keyed
    left join empty_names on keyed.name_key = empty_names.name_key
    where empty_names.name_key is null

)

select * from normalised
