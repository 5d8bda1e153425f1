with

shaped as (

    select
        'hubspot' as source,
        account,
        pipeline_id,
        stage_id,
        lower(stage_label) as stage_label,
        case
            when is_closed and probability >= 1 then 'won'
            when is_closed and probability = 0 then 'lost'
            when not is_closed then 'open'
        end as own_milestone

    from {{ ref('stg_hubspot__pipelines') }}

)

select * from shaped
