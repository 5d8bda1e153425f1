with

-- A person may have several roles in one opportunity.
shaped as (

    select distinct
        brand,
        'salesforce' as source,
        account,
        opportunity_id as source_deal_id,
        contact_id as source_contact_id

    from {{ ref('stg_salesforce__opportunity_contacts') }}
    where is_deleted is distinct from true
        and contact_id is not null

)

select * from shaped
