with

-- Won and lost are no stages of Pipedrive: a deal says so itself.
shaped as (

    select
        'pipedrive' as source,
        account,
        pipeline_id,
        stage_id,
        lower(stage_name) as stage_label,
        'open' as own_milestone

    from {{ ref('stg_pipedrive__stages') }}

)

select * from shaped
