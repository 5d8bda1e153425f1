with

shaped as (

    select
        brand,
        'manual' as source,
        account,
        deal_id as source_deal_id,
        contact_id as source_contact_id,
        true as is_main

    from {{ ref('stg_manual__deals') }}
    where contact_id is not null

)

select * from shaped
