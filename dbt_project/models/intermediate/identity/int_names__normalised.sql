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
        inquiries.full_name

    from inquiries
    inner join screened on inquiries.inquiry_id = screened.inquiry_id
    where inquiries.full_name is not null
        -- What somebody calls himself at a messenger is no name: it would set him apart from his own number.
        and inquiries.channel_contact_id is null

    union all

    select
        'contact:' || contact_id as node_id,
        brand,
        full_name

    from contacts
    where full_name is not null

),

distinct_names as (

    select distinct full_name
    from written

),

-- Each spelling is read once, however many records have it.
read_names as (

    select
        full_name,
        {{ name_words('full_name') }} as words,
        {{ word_count('full_name') }} as word_count

    from distinct_names

),

keyed as (

    select
        written.node_id,
        written.brand,
        read_names.words,
        {{ joined_words('read_names.words') }} as name_key,
        read_names.word_count

    from written
    inner join read_names on written.full_name = read_names.full_name
    where read_names.words is not null

),

normalised as (

    select keyed.*
    from keyed
    left join empty_names on keyed.name_key = empty_names.name_key
    where empty_names.name_key is null

)

select * from normalised
