with

hubspot_deals as (

    select * from {{ ref('stg_hubspot__deals') }}

),

hubspot_stages as (

    select * from {{ ref('stg_hubspot__deal_stages') }}

),

stage_milestones as (

    select * from {{ ref('int_deal_stages__mapped') }}

),

hubspot_items as (

    select
        account,
        deal_id,
        sum(amount - cost_of_goods) as items_margin,
        count(*) filter (where amount is null or cost_of_goods is null) as unknown_count

    from {{ ref('stg_hubspot__line_items') }}
    group by account, deal_id

),

-- The oldest contact of a deal is the one it began with.
hubspot_contacts as (

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

manual_deals as (

    select * from {{ ref('stg_manual__deals') }}

),

milestones as (

    select
        hubspot_deals.account,
        hubspot_deals.deal_id,
        min(case when stage_milestones.milestone = 'qualified' then hubspot_stages.entered_at end) as qualified_at,
        min(case when stage_milestones.milestone = 'opportunity' then hubspot_stages.entered_at end) as opportunity_at,
        -- A deal that was won, lost and won again was won the last time.
        max(case when stage_milestones.milestone = 'won' then hubspot_stages.entered_at end) as won_at,
        max(case when stage_milestones.milestone = 'lost' then hubspot_stages.entered_at end) as lost_at

    from hubspot_deals
    inner join hubspot_stages
        on hubspot_deals.account = hubspot_stages.account
        and hubspot_deals.deal_id = hubspot_stages.deal_id
    inner join stage_milestones
        on hubspot_deals.account = stage_milestones.account
        and hubspot_deals.pipeline_id = stage_milestones.pipeline_id
        and hubspot_stages.stage_id = stage_milestones.stage_id
    group by hubspot_deals.account, hubspot_deals.deal_id

),

present as (

    select
        hubspot_deals.account,
        hubspot_deals.deal_id,
        coalesce(max(case when stage_milestones.milestone = 'won' then 1 end), 0) = 1 as is_in_won,
        coalesce(max(case when stage_milestones.milestone = 'lost' then 1 end), 0) = 1 as is_in_lost

    from hubspot_deals
    left join stage_milestones
        on hubspot_deals.account = stage_milestones.account
        and hubspot_deals.pipeline_id = stage_milestones.pipeline_id
        and hubspot_deals.stage_id = stage_milestones.stage_id
    group by hubspot_deals.account, hubspot_deals.deal_id

),

hubspot as (

    select
        hubspot_deals.brand,
        'hubspot' as source,
        hubspot_deals.account,
        hubspot_deals.deal_id as source_deal_id,
        hubspot_deals.created_at,
        hubspot_deals.updated_at,
        hubspot_contacts.contact_id as source_contact_id,
        cast(null as varchar) as source_inquiry_id,
        cast(null as varchar) as email_raw,
        cast(null as varchar) as phone_raw,
        hubspot_deals.amount as amount_original,
        coalesce(
            hubspot_deals.amount - hubspot_deals.cost_of_goods,
            case when hubspot_items.unknown_count = 0 then hubspot_items.items_margin end
        ) as margin_original,
        upper(hubspot_deals.currency) as currency,
        milestones.qualified_at,
        milestones.opportunity_at,
        case
            when present.is_in_won or hubspot_deals.is_won
                then coalesce(milestones.won_at, hubspot_deals.closed_at, hubspot_deals.updated_at)
        end as won_at,
        case
            when present.is_in_lost
                then coalesce(milestones.lost_at, hubspot_deals.closed_at, hubspot_deals.updated_at)
        end as lost_at,
        hubspot_deals.lost_reason,
        hubspot_deals.cancelled_at,
        hubspot_deals.owner_id as employee

    from hubspot_deals
    left join milestones
        on hubspot_deals.account = milestones.account
        and hubspot_deals.deal_id = milestones.deal_id
    left join present
        on hubspot_deals.account = present.account
        and hubspot_deals.deal_id = present.deal_id
    left join hubspot_items
        on hubspot_deals.account = hubspot_items.account
        and hubspot_deals.deal_id = hubspot_items.deal_id
    left join hubspot_contacts
        on hubspot_deals.account = hubspot_contacts.account
        and hubspot_deals.deal_id = hubspot_contacts.deal_id

),

manual as (

    select
        brand,
        'manual' as source,
        account,
        deal_id as source_deal_id,
        created_at,
        created_at as updated_at,
        contact_id as source_contact_id,
        inquiry_id as source_inquiry_id,
        email as email_raw,
        phone as phone_raw,
        amount as amount_original,
        margin as margin_original,
        upper(currency) as currency,
        qualified_at,
        opportunity_at,
        won_at,
        lost_at,
        lost_reason,
        cancelled_at,
        employee

    from manual_deals

),

unioned as (

    select * from hubspot
    union all
    select * from manual

),

identified as (

    select
        {{ stable_id(['brand', 'source', 'account', 'source_deal_id']) }} as deal_id,
        brand,
        source,
        account,
        source_deal_id,
        created_at,
        updated_at,
        source_contact_id,
        source_inquiry_id,
        email_raw,
        phone_raw,
        cast(amount_original as decimal(20, 6)) as amount_original,
        cast(margin_original as decimal(20, 6)) as margin_original,
        currency,
        qualified_at,
        opportunity_at,
        won_at,
        lost_at,
        lost_reason,
        cancelled_at,
        employee

    from unioned

)

select * from identified
