with

shaped as (

    select
        brand,
        'bitrix24' as source,
        account,
        contact_id as source_contact_id,
        created_at,
        updated_at,
        email as email_raw,
        phone as phone_raw,
        second_phone as mobile_raw,
        other_emails as other_emails_raw,
        other_phones as other_phones_raw,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        click_id

    from {{ ref('stg_bitrix24__contacts') }}

)

select * from shaped
