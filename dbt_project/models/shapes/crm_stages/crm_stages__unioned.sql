with

hubspot as (

    select
        'hubspot' as source,
        account,
        pipeline_id,
        stage_id,
        lower(stage_label) as stage_label,
        case
            when is_closed and probability >= 1 then 'won'
            when is_closed and probability = 0 then 'lost'
        end as own_milestone

    from {{ ref('stg_hubspot__pipelines') }}

),

-- Won and lost are no stages of Pipedrive: a deal says so itself.
pipedrive as (

    select
        'pipedrive' as source,
        account,
        pipeline_id,
        stage_id,
        lower(stage_name) as stage_label,
        cast(null as varchar) as own_milestone

    from {{ ref('stg_pipedrive__stages') }}

),

amocrm as (

    select
        'amocrm' as source,
        account,
        pipeline_id,
        status_id as stage_id,
        lower(status_name) as stage_label,
        -- The same two numbers in every pipeline.
        case status_id when '142' then 'won' when '143' then 'lost' end as own_milestone

    from {{ ref('stg_amocrm__pipelines') }}

),

bitrix24 as (

    select
        'bitrix24' as source,
        account,
        category_id as pipeline_id,
        stage_id,
        lower(stage_name) as stage_label,
        -- Success and failure, whatever the stage is called.
        case semantics when 'S' then 'won' when 'F' then 'lost' end as own_milestone

    from {{ ref('stg_bitrix24__stages') }}

),

-- A stage that is no longer used may have the name of one that is.
salesforce as (

    select
        'salesforce' as source,
        account,
        'all' as pipeline_id,
        api_name as stage_id,
        lower(label) as stage_label,
        case when is_won then 'won' when is_closed then 'lost' end as own_milestone

    from {{ ref('stg_salesforce__stages') }}
    qualify row_number() over (partition by account, api_name order by is_active desc nulls last, stage_id) = 1

),

unioned as (

    select * from hubspot
    union all
    select * from pipedrive
    union all
    select * from amocrm
    union all
    select * from bitrix24
    union all
    select * from salesforce

)

select * from unioned
