with

source as (

    select * from {{ source('rules', 'stage_map') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        nullif(trim(source), '') as source,
        nullif(trim(pipeline_id), '') as pipeline_id,
        nullif(trim(stage_id), '') as stage_id,
        nullif(trim(stage_label_pattern), '') as stage_label_pattern,
        lower(nullif(trim(milestone), '')) as milestone

    from source

)

select * from typed
