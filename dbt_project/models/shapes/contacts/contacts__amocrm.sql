with

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

shaped as (

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
        contacts.other_emails as other_emails_raw,
        contacts.other_phones as other_phones_raw,
        nullif(trim(contacts.name), '') as full_name,
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

)

select * from shaped
