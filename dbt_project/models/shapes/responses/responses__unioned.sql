with

hubspot_calls as (

    select
        brand,
        'hubspot' as source,
        account,
        call_id as source_record_id,
        case when contact_id is not null then {{ stable_id(['brand', "'hubspot'", 'account', 'contact_id']) }} end
            as contact_id,
        cast(null as varchar) as phone_raw,
        occurred_at as responded_at,
        owner_id as employee

    from {{ ref('stg_hubspot__calls') }}
    where upper(direction) = 'OUTBOUND'

),

-- What colleagues do for themselves reaches nobody.
pipedrive_activities as (

    select
        brand,
        'pipedrive' as source,
        account,
        activity_id as source_record_id,
        {{ stable_id(['brand', "'pipedrive'", 'account', 'person_id']) }} as contact_id,
        cast(null as varchar) as phone_raw,
        done_at as responded_at,
        owner_id as employee

    from {{ ref('stg_pipedrive__activities') }}
    where is_done
        and is_deleted is distinct from true
        and person_id is not null
        and done_at is not null
        and lower(type) not in ('task', 'deadline')

),

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

amocrm_events as (

    select
        brand,
        source,
        account,
        source_record_id,
        {{ stable_id(['brand', 'source', 'account', 'source_contact_id']) }} as contact_id,
        cast(null as varchar) as phone_raw,
        responded_at,
        employee

    from amocrm_answers
    where source_contact_id is not null

),

-- Calls and e-mails that went out. One that hangs on a deal reached the deal's person.
bitrix24_answers as (

    select
        activities.brand,
        'bitrix24' as source,
        activities.account,
        activities.activity_id as source_record_id,
        case activities.owner_type_id
            when '3' then activities.owner_id
            when '2' then nullif(deals.contact_id, '0')
        end as source_contact_id,
        coalesce(activities.started_at, activities.created_at) as responded_at,
        activities.responsible_id as employee

    from {{ ref('stg_bitrix24__activities') }} as activities
    left join {{ ref('stg_bitrix24__deals') }} as deals
        on activities.account = deals.account
        and activities.owner_id = deals.deal_id
        and activities.owner_type_id = '2'
    where activities.direction = '2'
        and activities.is_completed

),

bitrix24_activities as (

    select
        brand,
        source,
        account,
        source_record_id,
        {{ stable_id(['brand', 'source', 'account', 'source_contact_id']) }} as contact_id,
        cast(null as varchar) as phone_raw,
        responded_at,
        employee

    from bitrix24_answers
    where source_contact_id is not null
        and responded_at is not null

),

-- Whom a task reached is a contact or a lead; both are people here.
salesforce_tasks as (

    select
        brand,
        'salesforce' as source,
        account,
        task_id as source_record_id,
        {{ stable_id(['brand', "'salesforce'", 'account', 'who_id']) }} as contact_id,
        cast(null as varchar) as phone_raw,
        coalesce(completed_at, created_at) as responded_at,
        owner_id as employee

    from {{ ref('stg_salesforce__tasks') }}
    where is_closed
        and is_deleted is distinct from true
        and who_id is not null
        and lower(type) in ('call', 'email')
        and lower(call_type) is distinct from 'inbound'

),

employees as (

    select * from {{ ref('int_employees__listed') }}

),

callrail_calls as (

    select
        calls.brand,
        'callrail' as source,
        calls.account,
        calls.call_id as source_record_id,
        cast(null as varchar) as contact_id,
        calls.customer_phone_number as phone_raw,
        calls.started_at as responded_at,
        {{ shown_employee('employees.employee', 'calls.agent_email') }} as employee

    from {{ ref('stg_callrail__calls') }} as calls
    left join employees
        on calls.brand = employees.brand
        and lower(calls.agent_email) = employees.email
    where lower(calls.direction) = 'outbound'

),

-- Who of the staff wrote a text is not told, and a machine answers at once.
callrail_texts as (

    select
        brand,
        'callrail' as source,
        account,
        message_id as source_record_id,
        cast(null as varchar) as contact_id,
        customer_phone_number as phone_raw,
        sent_at as responded_at,
        cast(null as varchar) as employee

    from {{ ref('int_texts__followed') }}
    where direction = 'outbound'
        and not is_automatic

),

comagic_calls as (

    select
        calls.brand,
        'comagic' as source,
        calls.account,
        calls.call_id as source_record_id,
        cast(null as varchar) as contact_id,
        case when calls.contact_phone_number like '7__________' then '+' else '' end || calls.contact_phone_number
            as phone_raw,
        calls.started_at as responded_at,
        {{ shown_employee('employees.employee', 'calls.employee_name') }} as employee

    from {{ ref('stg_comagic__calls') }} as calls
    left join employees
        on calls.brand = employees.brand
        and lower(calls.employee_name) = employees.email
    where lower(calls.direction) = 'out'

),

manual_calls as (

    select
        calls.brand,
        'manual' as source,
        calls.account,
        calls.inquiry_id as source_record_id,
        cast(null as varchar) as contact_id,
        calls.phone as phone_raw,
        calls.occurred_at as responded_at,
        {{ shown_employee('employees.employee', 'calls.employee') }} as employee

    from {{ ref('stg_manual__inquiries') }} as calls
    left join employees
        on calls.brand = employees.brand
        and lower(trim(calls.employee)) = employees.email
    where lower(calls.direction) = 'outbound'

),

unioned as (

    select * from hubspot_calls
    union all
    select * from pipedrive_activities
    union all
    select * from amocrm_events
    union all
    select * from bitrix24_activities
    union all
    select * from salesforce_tasks
    union all
    select * from callrail_calls
    union all
    select * from callrail_texts
    union all
    select * from comagic_calls
    union all
    select * from manual_calls

),

identified as (

    select
        {{ stable_id(['brand', 'source', 'account', 'source_record_id']) }} as response_id,
        *

    from unioned

)

select * from identified
