with

amocrm_main_contacts as (

    select
        account,
        lead_id,
        contact_id

    from {{ ref('stg_amocrm__lead_contacts') }}
    qualify row_number() over (partition by account, lead_id order by is_main desc nulls last, contact_id) = 1

),

-- A call or a message hangs on a person, or on a lead and so on its main person.
amocrm_answers as (

    select
        events.brand,
        'amocrm' as source,
        events.account,
        events.event_id as source_record_id,
        case when events.entity_type = 'contact' then events.entity_id else ties.contact_id end as source_contact_id,
        events.created_at as responded_at,
        events.created_by as employee

    from {{ ref('stg_amocrm__events') }} as events
    left join amocrm_main_contacts as ties
        on events.account = ties.account
        and events.entity_id = ties.lead_id
        and events.entity_type = 'lead'
    where events.type in ('outgoing_call', 'outgoing_chat_message', 'outgoing_sms')

),

shaped as (

    select
        brand,
        source,
        account,
        source_record_id,
        source_contact_id,
        responded_at,
        employee

    from amocrm_answers
    where source_contact_id is not null

)

select * from shaped
