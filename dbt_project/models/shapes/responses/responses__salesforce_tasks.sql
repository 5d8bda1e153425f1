with

-- Whom a task reached is a contact or a lead; both are people here.
shaped as (

    select
        brand,
        'salesforce' as source,
        account,
        task_id as source_record_id,
        who_id as source_contact_id,
        coalesce(completed_at, created_at) as responded_at,
        owner_id as employee

    from {{ ref('stg_salesforce__tasks') }}
    where is_closed
        and is_deleted is distinct from true
        and who_id is not null
        and lower(type) in ('call', 'email')
        and lower(call_type) is distinct from 'inbound'

)

select * from shaped
