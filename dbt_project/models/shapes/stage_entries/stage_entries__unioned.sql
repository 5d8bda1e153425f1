with

-- HubSpot's history does not say in which pipeline a stage was: the deal's own is meant.
hubspot_history as (

    select
        deals.brand,
        'hubspot' as source,
        deals.account,
        deals.deal_id as source_deal_id,
        deals.pipeline_id,
        stages.stage_id,
        stages.entered_at,
        false as is_present

    from {{ ref('stg_hubspot__deal_stages') }} as stages
    inner join {{ ref('stg_hubspot__deals') }} as deals
        on stages.account = deals.account
        and stages.deal_id = deals.deal_id

),

hubspot_present as (

    select
        brand,
        'hubspot' as source,
        account,
        deal_id as source_deal_id,
        pipeline_id,
        stage_id,
        cast(null as timestamp) as entered_at,
        true as is_present

    from {{ ref('stg_hubspot__deals') }}
    where stage_id is not null

),

-- A stage of Pipedrive belongs to one pipeline.
pipedrive_history as (

    select
        deals.brand,
        'pipedrive' as source,
        deals.account,
        deals.deal_id as source_deal_id,
        coalesce(stages.pipeline_id, deals.pipeline_id) as pipeline_id,
        entries.stage_id,
        entries.entered_at,
        false as is_present

    from {{ ref('stg_pipedrive__deal_stages') }} as entries
    inner join {{ ref('stg_pipedrive__deals') }} as deals
        on entries.account = deals.account
        and entries.deal_id = deals.deal_id
    left join {{ ref('stg_pipedrive__stages') }} as stages
        on entries.account = stages.account
        and entries.stage_id = stages.stage_id

),

pipedrive_present as (

    select
        brand,
        'pipedrive' as source,
        account,
        deal_id as source_deal_id,
        pipeline_id,
        stage_id,
        cast(null as timestamp) as entered_at,
        true as is_present

    from {{ ref('stg_pipedrive__deals') }}
    where stage_id is not null

),

amocrm_moves as (

    select
        leads.brand,
        'amocrm' as source,
        leads.account,
        leads.lead_id as source_deal_id,
        events.after_pipeline_id as pipeline_id,
        events.after_status_id as stage_id,
        events.created_at as entered_at,
        false as is_present

    from {{ ref('stg_amocrm__events') }} as events
    inner join {{ ref('stg_amocrm__leads') }} as leads
        on events.account = leads.account
        and events.entity_id = leads.lead_id
    where events.type = 'lead_status_changed'
        and events.after_status_id is not null

),

-- No event tells of the first stage: it is the one that the oldest move left.
amocrm_first as (

    select
        leads.brand,
        'amocrm' as source,
        leads.account,
        leads.lead_id as source_deal_id,
        coalesce(events.before_pipeline_id, leads.pipeline_id) as pipeline_id,
        coalesce(events.before_status_id, leads.status_id) as stage_id,
        leads.created_at as entered_at,
        false as is_present

    from {{ ref('stg_amocrm__leads') }} as leads
    left join {{ ref('stg_amocrm__events') }} as events
        on leads.account = events.account
        and leads.lead_id = events.entity_id
        and events.type = 'lead_status_changed'
    where coalesce(events.before_status_id, leads.status_id) is not null
    qualify row_number() over (
        partition by leads.account, leads.lead_id
        order by events.created_at, events.event_id
    ) = 1

),

amocrm_present as (

    select
        brand,
        'amocrm' as source,
        account,
        lead_id as source_deal_id,
        pipeline_id,
        status_id as stage_id,
        cast(null as timestamp) as entered_at,
        true as is_present

    from {{ ref('stg_amocrm__leads') }}
    where status_id is not null

),

bitrix24_history as (

    select
        brand,
        'bitrix24' as source,
        account,
        deal_id as source_deal_id,
        category_id as pipeline_id,
        stage_id,
        entered_at,
        false as is_present

    from {{ ref('stg_bitrix24__deal_stages') }}
    where deal_id is not null
        and stage_id is not null

),

bitrix24_present as (

    select
        brand,
        'bitrix24' as source,
        account,
        deal_id as source_deal_id,
        category_id as pipeline_id,
        stage_id,
        cast(null as timestamp) as entered_at,
        true as is_present

    from {{ ref('stg_bitrix24__deals') }}
    where stage_id is not null

),

-- A row of the history may tell of another amount only. Salesforce has stages without pipelines.
salesforce_history as (

    select
        brand,
        'salesforce' as source,
        account,
        opportunity_id as source_deal_id,
        'all' as pipeline_id,
        stage_name as stage_id,
        entered_at,
        false as is_present

    from {{ ref('stg_salesforce__opportunity_history') }}
    where opportunity_id is not null
        and stage_name is not null
        and is_deleted is distinct from true
    qualify stage_name is distinct from lag(stage_name) over (
        partition by account, opportunity_id
        order by entered_at, entry_id
    )

),

salesforce_present as (

    select
        brand,
        'salesforce' as source,
        account,
        opportunity_id as source_deal_id,
        'all' as pipeline_id,
        stage_name as stage_id,
        cast(null as timestamp) as entered_at,
        true as is_present

    from {{ ref('stg_salesforce__opportunities') }}
    where stage_name is not null

),

unioned as (

    select * from hubspot_history
    union all
    select * from hubspot_present
    union all
    select * from pipedrive_history
    union all
    select * from pipedrive_present
    union all
    select * from amocrm_moves
    union all
    select * from amocrm_first
    union all
    select * from amocrm_present
    union all
    select * from bitrix24_history
    union all
    select * from bitrix24_present
    union all
    select * from salesforce_history
    union all
    select * from salesforce_present

)

select * from unioned
