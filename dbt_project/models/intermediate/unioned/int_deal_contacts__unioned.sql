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
