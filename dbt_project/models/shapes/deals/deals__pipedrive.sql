with

deals as (

    select * from {{ ref('stg_pipedrive__deals') }}
    where is_deleted is distinct from true

),

milestones as (

    select * from {{ ref('int_deals__milestones') }}
    where source = 'pipedrive'

),

shaped as (

    select
        deals.brand,
        'pipedrive' as source,
        deals.account,
        deals.deal_id as source_deal_id,
        deals.created_at,
        deals.updated_at,
        deals.person_id as source_contact_id,
        deals.amount as amount_original,
        deals.amount - deals.cost_of_goods as margin_original,
        upper(deals.currency) as currency,
        milestones.qualified_at,
        milestones.opportunity_at,
        -- The status decides, whatever the stage is called; a deal reopened keeps its old times in the history only.
        case when deals.status = 'won' then coalesce(deals.won_at, deals.updated_at) end as won_at,
        case when deals.status = 'lost' then coalesce(deals.lost_at, deals.updated_at) end as lost_at,
        case when deals.status = 'won' then deals.won_at < cast(deals.created_at as date) end as is_imported,
        case when deals.status in ('won', 'lost') then 'vendor' end as stage_decided_by,
        deals.lost_reason,
        deals.cancelled_at,
        deals.owner_id as employee

    from deals
    left join milestones
        on deals.account = milestones.account
        and deals.deal_id = milestones.source_deal_id

)

select * from shaped
