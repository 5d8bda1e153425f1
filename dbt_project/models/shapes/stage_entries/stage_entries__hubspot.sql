with

-- HubSpot's history does not say in which pipeline a stage was: the deal's own is meant.
history as (

    select
        deals.brand,
        'hubspot' as source,
        deals.account,
        deals.deal_id as source_deal_id,
        deals.pipeline_id,
        stages.stage_id,
        stages.entered_at,
        false as is_present

    from {{ ref('stg_hubspot__deal_stages') }} as stages
    inner join {{ ref('stg_hubspot__deals') }} as deals
        on stages.account = deals.account
        and stages.deal_id = deals.deal_id

),

present as (

    select
        brand,
        'hubspot' as source,
        account,
        deal_id as source_deal_id,
        pipeline_id,
        stage_id,
        true as is_present

    from {{ ref('stg_hubspot__deals') }}
    where stage_id is not null

),

shaped as (

    {{ rows_by_name(['history', 'present']) }}

)

select * from shaped
