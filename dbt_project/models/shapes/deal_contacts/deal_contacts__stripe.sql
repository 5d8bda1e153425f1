with

shaped as (

    select
        brand,
        'stripe' as source,
        account,
        source_deal_id,
        source_contact_id,
        true as is_main

    from {{ ref('deals__stripe') }}
    where source_contact_id is not null

)

select * from shaped
