with

-- A stage's id occurs once in a portal, and where it is a template's in several, the deal's own pipeline is meant.
pipelines as (

    select
        account,
        stage_id,
        min(pipeline_id) as pipeline_id

    from {{ ref('stg_hubspot__pipelines') }}
    group by account, stage_id
    having count(distinct pipeline_id) = 1

),

-- HubSpot's history does not say in which pipeline a stage was, and a deal may have come from another one.
history as (

    select
        deals.brand,
        'hubspot' as source,
        deals.account,
        deals.deal_id as source_deal_id,
        coalesce(pipelines.pipeline_id, deals.pipeline_id) as pipeline_id,
        stages.stage_id,
        stages.entered_at,
        false as is_present

    from {{ ref('stg_hubspot__deal_stages') }} as stages
    inner join {{ ref('stg_hubspot__deals') }} as deals
        on stages.account = deals.account
        and stages.deal_id = deals.deal_id
    left join pipelines
        on stages.account = pipelines.account
        and stages.stage_id = pipelines.stage_id

),

present as (

    select
        brand,
        'hubspot' as source,
        account,
        deal_id as source_deal_id,
        pipeline_id,
        stage_id,
        true as is_present

    from {{ ref('stg_hubspot__deals') }}
    where stage_id is not null

),

shaped as (

    {{ rows_by_name(['history', 'present']) }}

)

select * from shaped
