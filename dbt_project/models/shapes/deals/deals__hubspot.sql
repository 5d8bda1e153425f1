with

deals as (

    select * from {{ ref('stg_hubspot__deals') }}

),

deleted_deals as (

    select * from {{ ref('stg_hubspot__deleted_deals') }}

),

-- A deal into which others were merged names them; HubSpot lists them nowhere any more.
merged_deals as (

    select distinct
        account,
        trim(merged_deal_id) as deal_id

    from (
        select
            account,
            deal_id,
            {{ text_elements('merged_deal_ids', ';') }} as merged_deal_id

        from deals
        where merged_deal_ids is not null
    ) as named
    where trim(merged_deal_id) <> deal_id

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
    where ties.contact_id is not null
    qualify row_number() over (
        partition by ties.account, ties.deal_id
        order by contacts.created_at nulls last, ties.contact_id
    ) = 1

),

-- Who brings deals over may write when they were made elsewhere: the first stage tells when they came here.
arrived as (

    select
        deals.account,
        deals.deal_id,
        case
            when milestones.first_entered_at > deals.created_at then milestones.first_entered_at
            else deals.created_at
        end as arrived_at

    from deals
    left join milestones
        on deals.account = milestones.account
        and deals.deal_id = milestones.source_deal_id

),

-- HubSpot's own word for a deal stands above what a stage was mapped to. A deal that came as won, with a close date
-- of an earlier day, was brought over from elsewhere.
stated as (

    select
        deals.account,
        deals.deal_id,
        coalesce(deals.is_won, false)
        or (
            coalesce(milestones.is_in_won, false)
            and not (coalesce(deals.is_closed, false) and not coalesce(deals.is_won, true))
        ) as is_sold,
        coalesce(milestones.won_at, arrived.arrived_at) <= arrived.arrived_at + interval 5 minute
        and deals.closed_at < cast(arrived.arrived_at as date) as is_imported

    from deals
    inner join arrived
        on deals.account = arrived.account
        and deals.deal_id = arrived.deal_id
    left join milestones
        on deals.account = milestones.account
        and deals.deal_id = milestones.source_deal_id

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
            when stated.is_sold and stated.is_imported then deals.closed_at
            when stated.is_sold then coalesce(milestones.won_at, deals.closed_at, deals.updated_at)
        end as won_at,
        case
            when milestones.is_in_lost
                then coalesce(milestones.lost_at, deals.closed_at, deals.updated_at)
        end as lost_at,
        coalesce(stated.is_sold and stated.is_imported, false) as is_imported,
        case
            when stated.is_sold and deals.is_won then 'vendor'
            else milestones.stage_decided_by
        end as stage_decided_by,
        deals.lost_reason,
        deals.cancelled_at,
        deals.owner_id as employee

    from deals
    left join milestones
        on deals.account = milestones.account
        and deals.deal_id = milestones.source_deal_id
    left join stated
        on deals.account = stated.account
        and deals.deal_id = stated.deal_id
    left join merged_deals
        on deals.account = merged_deals.account
        and deals.deal_id = merged_deals.deal_id
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
        and merged_deals.deal_id is null

)

select * from shaped
