{# A person's own address and number as they last left them: never a colleague's, a shared desk's or a robot's. #}

with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}
    where not is_spam
        and not is_employee
        and not has_contact_shared

),

tellable as (

    select
        brand,
        person_id,
        max_by(email_normalised, (occurred_at, inquiry_id)) filter (where email_normalised is not null) as email,
        max_by(phone_e164, (occurred_at, inquiry_id)) filter (where phone_e164 is not null) as phone

    from inquiries
    group by brand, person_id

)

select * from tellable
where email is not null
    or phone is not null
