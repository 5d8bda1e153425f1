with

-- A person may have several roles in one opportunity.
roles as (

    select
        brand,
        account,
        opportunity_id,
        contact_id,
        string_agg(distinct role, '; ' order by role) as role,
        max(case when is_main then 1 else 0 end) = 1 as is_main

    from {{ ref('stg_salesforce__opportunity_contacts') }}
    where is_deleted is distinct from true
        and contact_id is not null
    group by brand, account, opportunity_id, contact_id

),

-- Whom the opportunity has without a role: the person of a person account, or an account's only contact.
without_role as (

    select
        deals.brand,
        deals.account,
        deals.source_deal_id as opportunity_id,
        deals.source_contact_id as contact_id

    from {{ ref('deals__salesforce') }} as deals
    left join roles
        on deals.account = roles.account
        and deals.source_deal_id = roles.opportunity_id
        and deals.source_contact_id = roles.contact_id
    where deals.source_contact_id is not null
        and roles.contact_id is null

),

shaped as (

    select
        brand,
        'salesforce' as source,
        account,
        opportunity_id as source_deal_id,
        contact_id as source_contact_id,
        role,
        is_main

    from roles

    union all

    select
        brand,
        'salesforce' as source,
        account,
        opportunity_id as source_deal_id,
        contact_id as source_contact_id,
        null as role,
        true as is_main

    from without_role

)

select * from shaped
