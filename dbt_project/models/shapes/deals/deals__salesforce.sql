with

milestones as (

    select * from {{ ref('int_deals__milestones') }}
    where source = 'salesforce'

),

-- An opportunity that was made as won, and closed on an earlier day, was brought over from elsewhere.
opportunities as (

    select
        stated.*,
        coalesce(milestones.won_at, stated.stage_changed_at, stated.created_at)
        <= stated.created_at + interval 5 minute
        and stated.close_date < cast(stated.created_at as date) as is_imported

    from {{ ref('stg_salesforce__opportunities') }} as stated
    left join milestones
        on stated.account = milestones.account
        and stated.opportunity_id = milestones.source_deal_id
    where stated.is_deleted is distinct from true

),

-- A person account is one human being; and where nobody was given a role, an account with one contact has no other.
account_contacts as (

    select
        account,
        account_id,
        min(contact_id) as contact_id

    from {{ ref('stg_salesforce__contacts') }}
    where is_deleted is distinct from true
        and account_id is not null
    group by account, account_id
    having count(*) = 1

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
        coalesce(
            main_contacts.contact_id, opportunities.contact_id, account_contacts.contact_id
        ) as source_contact_id,
        opportunities.amount as amount_original,
        opportunities.amount - opportunities.cost_of_goods as margin_original,
        upper(opportunities.currency) as currency,
        milestones.qualified_at,
        milestones.opportunity_at,
        -- The day of closing is what somebody entered; the history knows when it happened, and where it begins later
        -- than the opportunity, the last change of stage does.
        case
            when opportunities.is_won and opportunities.is_imported then cast(opportunities.close_date as timestamp)
            when opportunities.is_won
                then coalesce(
                    least(milestones.won_at, coalesce(opportunities.stage_changed_at, milestones.won_at)),
                    opportunities.stage_changed_at,
                    opportunities.updated_at
                )
        end as won_at,
        case
            when opportunities.is_closed and not opportunities.is_won
                then coalesce(milestones.lost_at, opportunities.stage_changed_at, opportunities.updated_at)
        end as lost_at,
        coalesce(opportunities.is_won and opportunities.is_imported, false) as is_imported,
        case when opportunities.is_closed then 'vendor' end as stage_decided_by,
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
    left join account_contacts
        on opportunities.account = account_contacts.account
        and opportunities.account_id = account_contacts.account_id

)

select * from shaped
