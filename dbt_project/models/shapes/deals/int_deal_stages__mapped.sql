{# What the vendor says of a stage stands above what a person mapped, and that above what its label lets guess. #}

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

settings as (

    select * from {{ ref('stg_rules__business_settings') }}
    where setting = 'guess_stages'

),

met as (

    select distinct brand, source, account, pipeline_id, stage_id
    from entries

),

-- A setting of the brand beats the one of all.
guessing as (

    select
        brands.brand,
        coalesce(settings.value, 1) <> 0 as is_guessing

    from (select distinct brand from met) as brands
    left join settings on settings.brand is null or settings.brand = brands.brand
    qualify row_number() over (
        partition by brands.brand order by case when settings.brand is not null then 0 else 1 end
    ) = 1

),

described as (

    select
        met.brand,
        met.source,
        met.account,
        met.pipeline_id,
        met.stage_id,
        stages.stage_label,
        stages.own_milestone,
        guessing.is_guessing

    from met
    inner join guessing on met.brand = guessing.brand
    left join stages
        on met.source = stages.source
        and met.account = stages.account
        and met.pipeline_id = stages.pipeline_id
        and met.stage_id = stages.stage_id

),

stated as (

    select
        brand,
        source,
        account,
        pipeline_id,
        stage_id,
        own_milestone as milestone,
        'vendor' as stage_decided_by

    from described
    where own_milestone in ('won', 'lost')

),

-- A rule that names the stage is somebody's decision; one that describes its label is a guess.
ruled as (

    select
        described.brand,
        described.source,
        described.account,
        described.pipeline_id,
        described.stage_id,
        stage_map.milestone,
        case when stage_map.stage_id is not null then 'mapping' else 'guess' end as stage_decided_by,
        rank() over (
            partition by described.source, described.account, described.pipeline_id, described.stage_id
            order by
                case when stage_map.brand is not null then 0 else 1 end,
                case when stage_map.stage_id is not null then 0 else 1 end,
                case when stage_map.pipeline_id is not null then 0 else 1 end
        ) as rule_rank

    from described
    inner join stage_map
        on (stage_map.brand is null or stage_map.brand = described.brand)
        and (stage_map.source is null or stage_map.source = described.source)
        and (stage_map.pipeline_id is null or stage_map.pipeline_id = described.pipeline_id)
        and (stage_map.stage_id is null or stage_map.stage_id = described.stage_id)
        and (
            stage_map.stage_label_pattern is null
            or {{ matches_fully('described.stage_label', 'stage_map.stage_label_pattern') }}
        )
    where coalesce(described.own_milestone, 'open') not in ('won', 'lost')
        and (
            stage_map.stage_id is not null
            or (
                described.is_guessing
                -- What the vendor calls open is not sold because of its name.
                and not (described.own_milestone is not distinct from 'open' and stage_map.milestone in ('won', 'lost'))
            )
        )

),

mapped as (

    select * from stated

    union all

    select distinct
        brand,
        source,
        account,
        pipeline_id,
        stage_id,
        milestone,
        stage_decided_by

    from ruled
    where rule_rank = 1

)

select * from mapped
