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

unioned as (

    select * from hubspot
    union all
    select * from pipedrive

)

select * from unioned
