with

hubspot as (

    select
        brand,
        'hubspot' as source,
        account,
        deal_id as source_deal_id,
        contact_id as source_contact_id

    from {{ ref('stg_hubspot__deal_contacts') }}

),

pipedrive as (

    select
        brand,
        'pipedrive' as source,
        account,
        deal_id as source_deal_id,
        person_id as source_contact_id

    from {{ ref('stg_pipedrive__deals') }}
    where person_id is not null
        and is_deleted is distinct from true

),

amocrm as (

    select
        brand,
        'amocrm' as source,
        account,
        lead_id as source_deal_id,
        contact_id as source_contact_id

    from {{ ref('stg_amocrm__lead_contacts') }}

),

bitrix24 as (

    select
        brand,
        'bitrix24' as source,
        account,
        deal_id as source_deal_id,
        contact_id as source_contact_id

    from {{ ref('stg_bitrix24__deal_contacts') }}

),

-- A person may have several roles in one opportunity.
salesforce as (

    select distinct
        brand,
        'salesforce' as source,
        account,
        opportunity_id as source_deal_id,
        contact_id as source_contact_id

    from {{ ref('stg_salesforce__opportunity_contacts') }}
    where is_deleted is distinct from true
        and contact_id is not null

),

stripe as (

    select
        brand,
        'stripe' as source,
        account,
        source_deal_id,
        source_contact_id

    from {{ ref('deals__stripe') }}
    where source_contact_id is not null

),

manual as (

    select
        brand,
        'manual' as source,
        account,
        deal_id as source_deal_id,
        contact_id as source_contact_id

    from {{ ref('stg_manual__deals') }}
    where contact_id is not null

),

unioned as (

    select * from hubspot
    union all
    select * from pipedrive
    union all
    select * from amocrm
    union all
    select * from bitrix24
    union all
    select * from salesforce
    union all
    select * from stripe
    union all
    select * from manual

),

identified as (

    select
        brand,
        source,
        account,
        {{ stable_id(['brand', 'source', 'account', 'source_deal_id']) }} as deal_id,
        {{ stable_id(['brand', 'source', 'account', 'source_contact_id']) }} as contact_id,
        source_deal_id,
        source_contact_id

    from unioned

)

select * from identified
