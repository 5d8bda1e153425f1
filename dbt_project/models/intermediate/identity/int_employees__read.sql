{# Colleagues' addresses and numbers, read as those of inquiries are. A colleague without a brand is every brand's. #}

with

employees as (

    select * from {{ ref('stg_rules__employees') }}

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

of_brands as (

    select
        brands.brand,
        brands.phone_region,
        employees.email,
        employees.phone

    from employees
    inner join brands on coalesce(employees.brand, brands.brand) = brands.brand

),

read as (

    select
        of_brands.brand,
        'email' as identifier_type,
        {{ without_plus_tag('coalesce(emails.email_normalised, of_brands.email)') }} as identifier_value

    from of_brands
    left join emails on of_brands.email = emails.raw_email
    where of_brands.email is not null

    union

    select
        of_brands.brand,
        'phone' as identifier_type,
        {{ phone_digits('coalesce(phones.phone_e164, of_brands.phone)') }} as identifier_value

    from of_brands
    left join phones
        on of_brands.phone = phones.raw_phone
        and coalesce(of_brands.phone_region, '') = coalesce(phones.region, '')
    where of_brands.phone is not null

)

select * from read
