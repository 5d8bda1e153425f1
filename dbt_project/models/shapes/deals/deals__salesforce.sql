with

opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}
    where is_deleted is distinct from true

),

milestones as (

    select * from {{ ref('int_deals__milestones') }}
    where source = 'salesforce'

),

main_contacts as (

    select
        account,
        opportunity_id,
        contact_id

    from {{ ref('stg_salesforce__opportunity_contacts') }}
    where is_deleted is distinct from true
        and contact_id is not null
    qualify row_number() over (
        partition by account, opportunity_id
        order by is_main desc nulls last, created_at, contact_id
    ) = 1

),

shaped as (

    select
        opportunities.brand,
        'salesforce' as source,
        opportunities.account,
        opportunities.opportunity_id as source_deal_id,
        opportunities.created_at,
        opportunities.updated_at,
        coalesce(main_contacts.contact_id, opportunities.contact_id) as source_contact_id,
        opportunities.amount as amount_original,
        opportunities.amount - opportunities.cost_of_goods as margin_original,
        upper(opportunities.currency) as currency,
        milestones.qualified_at,
        milestones.opportunity_at,
        -- The day of closing is what somebody entered; the history knows when it happened.
        case
            when opportunities.is_won
                then coalesce(milestones.won_at, opportunities.stage_changed_at, opportunities.updated_at)
        end as won_at,
        case
            when opportunities.is_closed and not opportunities.is_won
                then coalesce(milestones.lost_at, opportunities.stage_changed_at, opportunities.updated_at)
        end as lost_at,
        opportunities.lost_reason,
        opportunities.cancelled_at,
        opportunities.owner_id as employee

    from opportunities
    left join milestones
        on opportunities.account = milestones.account
        and opportunities.opportunity_id = milestones.source_deal_id
    left join main_contacts
        on opportunities.account = main_contacts.account
        and opportunities.opportunity_id = main_contacts.opportunity_id

)

select * from shaped
