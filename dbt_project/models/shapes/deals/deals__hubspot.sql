with

deals as (

    select * from {{ ref('stg_hubspot__deals') }}

),

deleted_deals as (

    select * from {{ ref('stg_hubspot__deleted_deals') }}

),

milestones as (

    select * from {{ ref('int_deals__milestones') }}
    where source = 'hubspot'

),

items as (

    select
        account,
        deal_id,
        sum(amount - cost_of_goods) as items_margin,
        count(*) filter (where amount is null or cost_of_goods is null) as unknown_count

    from {{ ref('int_line_items__kept') }}
    group by account, deal_id

),

-- The oldest contact of a deal is the one it began with.
first_contacts as (

    select
        ties.account,
        ties.deal_id,
        ties.contact_id

    from {{ ref('stg_hubspot__deal_contacts') }} as ties
    left join {{ ref('stg_hubspot__contacts') }} as contacts
        on ties.account = contacts.account
        and ties.contact_id = contacts.contact_id
    qualify row_number() over (
        partition by ties.account, ties.deal_id
        order by contacts.created_at nulls last, ties.contact_id
    ) = 1

),

shaped as (

    select
        deals.brand,
        'hubspot' as source,
        deals.account,
        deals.deal_id as source_deal_id,
        deals.created_at,
        deals.updated_at,
        first_contacts.contact_id as source_contact_id,
        deals.amount as amount_original,
        coalesce(
            deals.amount - deals.cost_of_goods,
            case when items.unknown_count = 0 then items.items_margin end
        ) as margin_original,
        upper(deals.currency) as currency,
        milestones.qualified_at,
        milestones.opportunity_at,
        case
            when milestones.is_in_won or deals.is_won
                then coalesce(milestones.won_at, deals.closed_at, deals.updated_at)
        end as won_at,
        case
            when milestones.is_in_lost
                then coalesce(milestones.lost_at, deals.closed_at, deals.updated_at)
        end as lost_at,
        deals.lost_reason,
        deals.cancelled_at,
        deals.owner_id as employee

    from deals
    left join milestones
        on deals.account = milestones.account
        and deals.deal_id = milestones.source_deal_id
    left join items
        on deals.account = items.account
        and deals.deal_id = items.deal_id
    left join first_contacts
        on deals.account = first_contacts.account
        and deals.deal_id = first_contacts.deal_id
    left join deleted_deals
        on deals.account = deleted_deals.account
        and deals.deal_id = deleted_deals.deal_id
        -- What was changed after it was deleted has been brought back.
        and deals.updated_at <= deleted_deals.deleted_at
    where deleted_deals.deal_id is null

)

select * from shaped
