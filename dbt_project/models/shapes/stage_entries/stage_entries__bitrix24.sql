with

history as (

    select
        brand,
        'bitrix24' as source,
        account,
        deal_id as source_deal_id,
        category_id as pipeline_id,
        stage_id,
        entered_at,
        false as is_present

    from {{ ref('stg_bitrix24__deal_stages') }}
    where deal_id is not null
        and stage_id is not null

),

present as (

    select
        brand,
        'bitrix24' as source,
        account,
        deal_id as source_deal_id,
        category_id as pipeline_id,
        stage_id,
        true as is_present

    from {{ ref('stg_bitrix24__deals') }}
    where stage_id is not null

),

shaped as (

    {{ rows_by_name(['history', 'present']) }}

)

select * from shaped
