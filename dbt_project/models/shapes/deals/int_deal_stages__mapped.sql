with

entries as (

    select * from {{ ref('stage_entries__unioned') }}

),

stages as (

    select * from {{ ref('crm_stages__unioned') }}

),

stage_map as (

    select * from {{ ref('stg_rules__stage_map') }}

),

met as (

    select distinct brand, source, account, pipeline_id, stage_id
    from entries

),

described as (

    select
        met.brand,
        met.source,
        met.account,
        met.pipeline_id,
        met.stage_id,
        stages.stage_label,
        stages.own_milestone

    from met
    left join stages
        on met.source = stages.source
        and met.account = stages.account
        and met.pipeline_id = stages.pipeline_id
        and met.stage_id = stages.stage_id

),

-- A rule for a brand beats one for all; one that names the stage beats one that describes it.
ruled as (

    select
        described.*,
        stage_map.milestone,
        rank() over (
            partition by described.source, described.account, described.pipeline_id, described.stage_id
            order by
                case when stage_map.brand is not null then 0 else 1 end,
                case when stage_map.stage_id is not null then 0 else 1 end,
                case when stage_map.pipeline_id is not null then 0 else 1 end,
                case when stage_map.milestone is not null then 0 else 1 end
        ) as rule_rank

    from described
    left join stage_map
        on (stage_map.brand is null or stage_map.brand = described.brand)
        and (stage_map.source is null or stage_map.source = described.source)
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
        source,
        account,
        pipeline_id,
        stage_id,
        coalesce(milestone, own_milestone) as milestone

    from ruled
    where rule_rank = 1
        and coalesce(milestone, own_milestone) is not null

)

select * from mapped
