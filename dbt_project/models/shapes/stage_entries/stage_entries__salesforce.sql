with

-- A row of the history may tell of another amount only. Salesforce has stages without pipelines.
history as (

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

present as (

    select
        brand,
        'salesforce' as source,
        account,
        opportunity_id as source_deal_id,
        'all' as pipeline_id,
        stage_name as stage_id,
        true as is_present

    from {{ ref('stg_salesforce__opportunities') }}
    where stage_name is not null

),

shaped as (

    {{ rows_by_name(['history', 'present']) }}

)

select * from shaped
