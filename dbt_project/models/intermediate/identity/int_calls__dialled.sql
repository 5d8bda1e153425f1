{# Calls and text messages by the number that was dialled and the one that dialled, both as the world dials them. #}

with

inquiries as (

    select * from {{ ref('inquiries__unioned') }}
    where kind in ('call', 'chat')
        and tracking_number is not null

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

phones as (

    select * from {{ source('steps', 'phones') }}
    where is_valid

),

withheld_numbers as (

    select distinct {{ caller_key('phone_text') }} as caller_key
    from {{ ref('stg_rules__withheld_numbers') }}

),

dialled as (

    select
        inquiries.inquiry_id,
        inquiries.brand,
        inquiries.kind,
        inquiries.occurred_at,
        inquiries.tracker_campaign,
        {{ phone_digits('coalesce(numbers.phone_e164, inquiries.tracking_number)') }} as number_digits,
        -- Two who show no number are not one caller, by whichever word.
        case
            when withheld_numbers.caller_key is null
                and {{ matches_fully(phone_digits('coalesce(callers.phone_e164, inquiries.phone_raw)'), "'[0-9]{2,}'") }}
                then {{ phone_digits('coalesce(callers.phone_e164, inquiries.phone_raw)') }}
        end as caller_digits

    from inquiries
    left join brands on inquiries.brand = brands.brand
    left join phones as numbers
        on inquiries.tracking_number = numbers.raw_phone
        and coalesce(brands.phone_region, '') = coalesce(numbers.region, '')
    left join phones as callers
        on inquiries.phone_raw = callers.raw_phone
        and coalesce(brands.phone_region, '') = coalesce(callers.region, '')
    left join withheld_numbers on {{ caller_key('inquiries.phone_raw') }} = withheld_numbers.caller_key

)

select * from dialled
