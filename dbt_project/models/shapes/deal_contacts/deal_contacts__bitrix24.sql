with

shaped as (

    select
        brand,
        'bitrix24' as source,
        account,
        deal_id as source_deal_id,
        contact_id as source_contact_id,
        is_main

    from {{ ref('stg_bitrix24__deal_contacts') }}
    where contact_id is not null

)

select * from shaped
