with

shaped as (

    select
        brand,
        'pipedrive' as source,
        account,
        person_id as source_contact_id,
        created_at,
        updated_at,
        email as email_raw,
        phone as phone_raw,
        second_phone as mobile_raw,
        other_emails as other_emails_raw,
        other_phones as other_phones_raw,
        nullif(trim(name), '') as full_name,
        click_id

    from {{ ref('stg_pipedrive__persons') }}
    where is_deleted is distinct from true

)

select * from shaped
