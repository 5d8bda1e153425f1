with

shaped as (

    select
        'bitrix24' as source,
        account,
        category_id as pipeline_id,
        stage_id,
        lower(stage_name) as stage_label,
        -- Success and failure, whatever the stage is called.
        case semantics when 'S' then 'won' when 'F' then 'lost' else 'open' end as own_milestone

    from {{ ref('stg_bitrix24__stages') }}

)

select * from shaped
