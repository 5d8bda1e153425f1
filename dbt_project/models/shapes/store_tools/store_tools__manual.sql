with

manual_store_tools as (

    select * from {{ ref('stg_manual__store_tools') }}

),

shaped as (

    select
        brand,
        'manual' as source,
        account,
        store,
        channel,
        platform,
        campaign_name,
        upper(trim(promotion_code)) as promotion_code,
        tracking_number,
        held_from,
        held_to

    from manual_store_tools

)

select * from shaped
