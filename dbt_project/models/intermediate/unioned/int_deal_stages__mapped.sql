with

stages as (

    select * from {{ ref('stg_hubspot__deal_stages') }}

),

deals as (

    select * from {{ ref('stg_hubspot__deals') }}

),

pipelines as (

    select * from {{ ref('stg_hubspot__pipelines') }}

),

stage_map as (

    select * from {{ ref('stg_rules__stage_map') }}

),

met as (

    select distinct
        deals.brand,
        deals.account,
        deals.pipeline_id,
        stages.stage_id

    from stages
    inner join deals
        on stages.account = deals.account
        and stages.deal_id = deals.deal_id

    union

    select distinct brand, account, pipeline_id, stage_id
    from deals
    where stage_id is not null

),

described as (

    select
        met.brand,
        met.account,
        met.pipeline_id,
        met.stage_id,
        lower(pipelines.stage_label) as stage_label,
        case
            when pipelines.is_closed and pipelines.probability >= 1 then 'won'
            when pipelines.is_closed and pipelines.probability = 0 then 'lost'
        end as own_milestone

    from met
    left join pipelines
        on met.account = pipelines.account
        and met.pipeline_id = pipelines.pipeline_id
        and met.stage_id = pipelines.stage_id

),

-- A rule for a brand beats one for all; one that names the stage beats one that describes it.
ruled as (

    select
        described.*,
        stage_map.milestone,
        rank() over (
            partition by described.account, described.pipeline_id, described.stage_id
            order by
                case when stage_map.brand is not null then 0 else 1 end,
                case when stage_map.stage_id is not null then 0 else 1 end,
                case when stage_map.pipeline_id is not null then 0 else 1 end,
                case when stage_map.milestone is not null then 0 else 1 end
        ) as rule_rank

    from described
    left join stage_map
        on (stage_map.brand is null or stage_map.brand = described.brand)
        and (stage_map.source is null or stage_map.source = 'hubspot')
        and (stage_map.pipeline_id is null or stage_map.pipeline_id = described.pipeline_id)
        and (stage_map.stage_id is null or stage_map.stage_id = described.stage_id)
        and (
            stage_map.stage_label_pattern is null
            or {{ matches_fully('described.stage_label', 'stage_map.stage_label_pattern') }}
        )

),

mapped as (

    select distinct
        brand,
        account,
        pipeline_id,
        stage_id,
        coalesce(milestone, own_milestone) as milestone

    from ruled
    where rule_rank = 1
        and coalesce(milestone, own_milestone) is not null

)

select * from mapped
