with

hubspot as (

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

),

pipedrive as (

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
        nullif(trim(name), '') as full_name,
        cast(null as varchar) as company,
        cast(null as varchar) as city,
        cast(null as varchar) as merged_contact_ids,
        click_id

    from {{ ref('stg_pipedrive__persons') }}
    where is_deleted is distinct from true

),

-- amoCRM knows where a lead came from, not a person: the person has what the first lead had.
amocrm_clicks as (

    select
        ties.account,
        ties.contact_id,
        coalesce(leads.gclid, leads.yclid, leads.fbclid) as click_id

    from {{ ref('stg_amocrm__lead_contacts') }} as ties
    inner join {{ ref('stg_amocrm__leads') }} as leads
        on ties.account = leads.account
        and ties.lead_id = leads.lead_id
    where coalesce(leads.gclid, leads.yclid, leads.fbclid) is not null
    qualify row_number() over (
        partition by ties.account, ties.contact_id
        order by leads.created_at, leads.lead_id
    ) = 1

),

amocrm_deleted as (

    select
        account,
        entity_id as contact_id

    from {{ ref('stg_amocrm__events') }}
    where type in ('contact_deleted', 'contact_restored')
    qualify row_number() over (partition by account, entity_id order by created_at desc, event_id desc) = 1
        and type = 'contact_deleted'

),

amocrm as (

    select
        contacts.brand,
        'amocrm' as source,
        contacts.account,
        contacts.contact_id as source_contact_id,
        contacts.created_at,
        contacts.updated_at,
        contacts.email as email_raw,
        contacts.phone as phone_raw,
        contacts.second_phone as mobile_raw,
        nullif(trim(contacts.name), '') as full_name,
        cast(null as varchar) as company,
        cast(null as varchar) as city,
        cast(null as varchar) as merged_contact_ids,
        amocrm_clicks.click_id

    from {{ ref('stg_amocrm__contacts') }} as contacts
    left join amocrm_clicks
        on contacts.account = amocrm_clicks.account
        and contacts.contact_id = amocrm_clicks.contact_id
    left join amocrm_deleted
        on contacts.account = amocrm_deleted.account
        and contacts.contact_id = amocrm_deleted.contact_id
    where amocrm_deleted.contact_id is null
        and contacts.is_deleted is distinct from true

),

bitrix24 as (

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
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        cast(null as varchar) as company,
        cast(null as varchar) as city,
        cast(null as varchar) as merged_contact_ids,
        click_id

    from {{ ref('stg_bitrix24__contacts') }}

),

salesforce_merged as (

    select
        account,
        master_record_id as contact_id,
        string_agg(contact_id, ';' order by contact_id) as merged_contact_ids

    from {{ ref('stg_salesforce__contacts') }}
    where master_record_id is not null
    group by account, master_record_id

),

salesforce_contacts as (

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
        nullif(trim(concat_ws(' ', contacts.first_name, contacts.last_name)), '') as full_name,
        cast(null as varchar) as company,
        contacts.city,
        salesforce_merged.merged_contact_ids,
        contacts.click_id

    from {{ ref('stg_salesforce__contacts') }} as contacts
    left join salesforce_merged
        on contacts.account = salesforce_merged.account
        and contacts.contact_id = salesforce_merged.contact_id
    where contacts.is_deleted is distinct from true

),

-- A lead becomes a contact when it is converted, and is then another name of it.
salesforce_leads as (

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

),

stripe as (

    select
        brand,
        'stripe' as source,
        account,
        customer_id as source_contact_id,
        created_at,
        updated_at,
        email as email_raw,
        phone as phone_raw,
        cast(null as varchar) as mobile_raw,
        nullif(trim(name), '') as full_name,
        cast(null as varchar) as company,
        cast(null as varchar) as city,
        cast(null as varchar) as merged_contact_ids,
        click_id

    from {{ ref('stg_stripe__customers') }}
    where is_deleted is distinct from true

),

unioned as (

    select * from hubspot
    union all
    select * from pipedrive
    union all
    select * from amocrm
    union all
    select * from bitrix24
    union all
    select * from salesforce_contacts
    union all
    select * from salesforce_leads
    union all
    select * from stripe

),

identified as (

    select
        {{ stable_id(['brand', 'source', 'account', 'source_contact_id']) }} as contact_id,
        *

    from unioned

)

select * from identified
