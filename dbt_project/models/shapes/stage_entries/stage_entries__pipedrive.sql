with

-- A stage of Pipedrive belongs to one pipeline.
history as (

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

present as (

    select
        brand,
        'pipedrive' as source,
        account,
        deal_id as source_deal_id,
        pipeline_id,
        stage_id,
        true as is_present

    from {{ ref('stg_pipedrive__deals') }}
    where stage_id is not null

),

shaped as (

    {{ rows_by_name(['history', 'present']) }}

)

select * from shaped
