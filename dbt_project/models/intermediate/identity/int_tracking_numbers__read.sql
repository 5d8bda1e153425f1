{# Numbers compare as the world dials them: a list in national writing meets calls in the international one. #}

with

numbers as (

    select * from {{ ref('tracking_numbers__unioned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

phones as (

    select * from {{ source('steps', 'phones') }}
    where is_valid

),

read_numbers as (

    select numbers.* replace (
        {{ phone_digits('coalesce(phones.phone_e164, numbers.tracking_number)') }} as number_digits
    )
    from numbers
    left join brands on numbers.brand = brands.brand
    left join phones
        on numbers.tracking_number = phones.raw_phone
        and coalesce(brands.phone_region, '') = coalesce(phones.region, '')

)

select * from read_numbers
