with

contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

deleted as (

    select * from {{ ref('stg_hubspot__deleted_contacts') }}

),

shaped as (

    select
        contacts.brand,
        'hubspot' as source,
        contacts.account,
        contacts.contact_id as source_contact_id,
        contacts.created_at,
        contacts.updated_at,
        contacts.email as email_raw,
        contacts.phone as phone_raw,
        contacts.mobile_phone as mobile_raw,
        contacts.other_emails as other_emails_raw,
        nullif(trim(concat_ws(' ', contacts.first_name, contacts.last_name)), '') as full_name,
        contacts.company,
        contacts.city,
        contacts.merged_contact_ids,
        contacts.google_click_id as click_id

    from contacts
    left join deleted
        on contacts.account = deleted.account
        and contacts.contact_id = deleted.contact_id
        -- Who was changed after the deletion has been brought back.
        and contacts.updated_at <= deleted.deleted_at
    where deleted.contact_id is null

)

select * from shaped
