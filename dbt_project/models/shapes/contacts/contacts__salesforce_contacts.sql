with

salesforce_merged as (

    select
        account,
        master_record_id as contact_id,
        string_agg(contact_id, ';' order by contact_id) as merged_contact_ids

    from {{ ref('stg_salesforce__contacts') }}
    where master_record_id is not null
    group by account, master_record_id

),

shaped as (

    select
        contacts.brand,
        'salesforce' as source,
        contacts.account,
        contacts.contact_id as source_contact_id,
        contacts.created_at,
        contacts.updated_at,
        contacts.email as email_raw,
        contacts.phone as phone_raw,
        contacts.mobile_phone as mobile_raw,
        nullif(concat_ws(';', contacts.home_phone, contacts.other_phone), '') as other_phones_raw,
        nullif(trim(concat_ws(' ', contacts.first_name, contacts.last_name)), '') as full_name,
        contacts.city,
        salesforce_merged.merged_contact_ids,
        contacts.click_id

    from {{ ref('stg_salesforce__contacts') }} as contacts
    left join salesforce_merged
        on contacts.account = salesforce_merged.account
        and contacts.contact_id = salesforce_merged.contact_id
    where contacts.is_deleted is distinct from true

)

select * from shaped
