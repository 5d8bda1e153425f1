with

deals as (

    select * from {{ ref('stg_bitrix24__deals') }}

),

deal_ids as (

    select * from {{ ref('stg_bitrix24__deal_ids') }}

),

milestones as (

    select * from {{ ref('int_deals__milestones') }}
    where source = 'bitrix24'

),

-- A deal that was made of a lead without a person has what the lead said of its sender.
leads as (

    select * from {{ ref('stg_bitrix24__leads') }}

),

-- A deal that was made as won, with a closing day before it was made, was brought over from elsewhere.
imported as (

    select
        deals.account,
        deals.deal_id,
        coalesce(milestones.won_at, deals.moved_at, deals.created_at) <= deals.created_at + interval 5 minute
        and deals.closed_at < cast(deals.created_at as date) as is_imported

    from deals
    left join milestones
        on deals.account = milestones.account
        and deals.deal_id = milestones.source_deal_id
    where milestones.is_in_won

),

counts as (

    select
        account,
        max(landed_at) as counted_at

    from deal_ids
    group by account

),

shaped as (

    select
        deals.brand,
        'bitrix24' as source,
        deals.account,
        deals.deal_id as source_deal_id,
        deals.created_at,
        deals.updated_at,
        -- Nobody is written as the number 0.
        nullif(deals.contact_id, '0') as source_contact_id,
        leads.email as email_raw,
        leads.phone as phone_raw,
        deals.amount as amount_original,
        deals.amount - deals.cost_of_goods as margin_original,
        upper(deals.currency) as currency,
        milestones.qualified_at,
        milestones.opportunity_at,
        case
            when imported.is_imported then deals.closed_at
            when milestones.is_in_won then coalesce(milestones.won_at, deals.moved_at, deals.updated_at)
        end as won_at,
        case
            when milestones.is_in_lost then coalesce(milestones.lost_at, deals.moved_at, deals.updated_at)
        end as lost_at,
        imported.is_imported,
        milestones.stage_decided_by,
        deals.cancelled_at,
        deals.assigned_by_id as employee

    from deals
    left join milestones
        on deals.account = milestones.account
        and deals.deal_id = milestones.source_deal_id
    left join imported
        on deals.account = imported.account
        and deals.deal_id = imported.deal_id
    left join leads
        on deals.account = leads.account
        and deals.lead_id = leads.lead_id
    left join deal_ids
        on deals.account = deal_ids.account
        and deals.deal_id = deal_ids.deal_id
    left join counts on deals.account = counts.account
    -- Nothing tells of a deletion: the deal is missing when all were counted later.
    where deal_ids.deal_id is not null
        or counts.counted_at is null
        or deals.landed_at > counts.counted_at

)

select * from shaped
