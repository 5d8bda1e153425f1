with

-- A lead becomes a contact when it is converted, and is then another name of it.
shaped as (

    select
        brand,
        'salesforce' as source,
        account,
        lead_id as source_contact_id,
        created_at,
        updated_at,
        email as email_raw,
        phone as phone_raw,
        mobile_phone as mobile_raw,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        company,
        city,
        converted_contact_id as merged_contact_ids,
        click_id

    from {{ ref('stg_salesforce__leads') }}
    where is_deleted is distinct from true

)

select * from shaped
