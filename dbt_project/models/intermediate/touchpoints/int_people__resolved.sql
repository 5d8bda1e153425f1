with

components as (

    select * from {{ source('steps', 'person_components') }}

),

links as (

    select * from {{ ref('int_identity__links') }}

),

linked_clients as (

    select distinct brand, node_b as node_id
    from links
    where node_b like 'client:%'

    union

    select distinct brand, node_a as node_id
    from links
    where node_a like 'client:%'

),

records as (

    select
        'inquiry' as record_type,
        inquiry_id as record_id,
        brand,
        'inquiry:' || inquiry_id as node_id
    from {{ ref('inquiries__unioned') }}

    union all

    select
        'contact' as record_type,
        contact_id as record_id,
        brand,
        'contact:' || contact_id as node_id
    from {{ ref('contacts__unioned') }}

    union all

    select
        'deal' as record_type,
        deal_id as record_id,
        brand,
        'deal:' || deal_id as node_id
    from {{ ref('deals__unioned') }}

    union all

    select
        'visit_client' as record_type,
        substr(node_id, length('client:' || brand || ':') + 1) as record_id,
        brand,
        node_id
    from linked_clients

),

-- Who is tied to nobody is a person too.
resolved as (

    select
        records.record_type,
        records.record_id,
        records.brand,
        coalesce(components.person_id, {{ person_id_of('records.brand', 'records.node_id') }}) as person_id

    from records
    left join components
        on records.brand = components.brand
        and records.node_id = components.node_id

)

select * from resolved
