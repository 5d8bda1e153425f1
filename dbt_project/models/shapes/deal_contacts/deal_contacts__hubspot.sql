with

shaped as (

    select
        brand,
        'hubspot' as source,
        account,
        deal_id as source_deal_id,
        contact_id as source_contact_id,
        role

    from {{ ref('stg_hubspot__deal_contacts') }}
    where contact_id is not null

)

select * from shaped
