with

shaped as (

    select
        brand,
        'amocrm' as source,
        account,
        lead_id as source_deal_id,
        contact_id as source_contact_id,
        is_main

    from {{ ref('stg_amocrm__lead_contacts') }}
    where contact_id is not null

)

select * from shaped
