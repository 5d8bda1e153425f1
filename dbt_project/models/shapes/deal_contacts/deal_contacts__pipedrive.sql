with

shaped as (

    select
        brand,
        'pipedrive' as source,
        account,
        deal_id as source_deal_id,
        person_id as source_contact_id,
        true as is_main

    from {{ ref('stg_pipedrive__deals') }}
    where person_id is not null
        and is_deleted is distinct from true

)

select * from shaped
