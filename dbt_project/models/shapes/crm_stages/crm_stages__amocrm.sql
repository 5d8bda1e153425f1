with

shaped as (

    select
        'amocrm' as source,
        account,
        pipeline_id,
        status_id as stage_id,
        lower(status_name) as stage_label,
        -- The same two numbers in every pipeline.
        case status_id when '142' then 'won' when '143' then 'lost' else 'open' end as own_milestone

    from {{ ref('stg_amocrm__pipelines') }}

)

select * from shaped
