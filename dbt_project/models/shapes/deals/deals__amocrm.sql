with

leads as (

    select * from {{ ref('stg_amocrm__leads') }}

),

lead_ids as (

    select * from {{ ref('stg_amocrm__lead_ids') }}

),

counts as (

    select
        account,
        max(landed_at) as counted_at

    from lead_ids
    group by account

),

milestones as (

    select * from {{ ref('int_deals__milestones') }}
    where source = 'amocrm'

),

-- A deleted lead is listed no more; an event says so, and another that it was brought back.
deleted as (

    select
        account,
        entity_id as lead_id

    from {{ ref('stg_amocrm__events') }}
    where type in ('lead_deleted', 'lead_restored')
    qualify row_number() over (partition by account, entity_id order by created_at desc, event_id desc) = 1
        and type = 'lead_deleted'

),

main_contacts as (

    select
        account,
        lead_id,
        contact_id

    from {{ ref('stg_amocrm__lead_contacts') }}
    qualify row_number() over (partition by account, lead_id order by is_main desc nulls last, contact_id) = 1

),

shaped as (

    select
        leads.brand,
        'amocrm' as source,
        leads.account,
        leads.lead_id as source_deal_id,
        leads.created_at,
        leads.updated_at,
        main_contacts.contact_id as source_contact_id,
        leads.amount as amount_original,
        leads.amount - leads.cost_of_goods as margin_original,
        upper(leads.currency) as currency,
        milestones.qualified_at,
        milestones.opportunity_at,
        case
            when milestones.is_in_won then coalesce(milestones.won_at, leads.closed_at, leads.updated_at)
        end as won_at,
        case
            when milestones.is_in_lost then coalesce(milestones.lost_at, leads.closed_at, leads.updated_at)
        end as lost_at,
        case when milestones.is_in_won then leads.closed_at < cast(leads.created_at as date) end as is_imported,
        milestones.stage_decided_by,
        leads.loss_reason as lost_reason,
        leads.cancelled_at,
        leads.responsible_user_id as employee

    from leads
    left join milestones
        on leads.account = milestones.account
        and leads.lead_id = milestones.source_deal_id
    left join main_contacts
        on leads.account = main_contacts.account
        and leads.lead_id = main_contacts.lead_id
    left join deleted
        on leads.account = deleted.account
        and leads.lead_id = deleted.lead_id
    left join lead_ids
        on leads.account = lead_ids.account
        and leads.lead_id = lead_ids.lead_id
    left join counts on leads.account = counts.account
    where deleted.lead_id is null
        and leads.is_deleted is distinct from true
        -- Nothing tells of a merge: the lead is missing when all were counted later.
        and (
            lead_ids.lead_id is not null
            or counts.counted_at is null
            or leads.landed_at > counts.counted_at
        )

)

select * from shaped
