with

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

shaped as (

    select
        brand,
        source,
        account,
        source_record_id,
        source_contact_id,
        responded_at,
        employee

    from bitrix24_answers
    where source_contact_id is not null
        and responded_at is not null

)

select * from shaped
