with

shaped as (

    select
        brand,
        'hubspot' as source,
        account,
        contact_id as source_contact_id,
        created_at,
        updated_at,
        email as email_raw,
        phone as phone_raw,
        mobile_phone as mobile_raw,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        company,
        city,
        merged_contact_ids,
        google_click_id as click_id

    from {{ ref('stg_hubspot__contacts') }}

)

select * from shaped
