{# Lines of identity_overrides.csv that decide nothing, since no record holds one of their identifiers. #}

with

overrides as (

    select * from {{ ref('stg_rules__identity_overrides') }}

),

known as (

    select distinct identifier_node as node_id
    from {{ ref('int_identifiers__normalised') }}

    union

    select 'inquiry:' || inquiry_id as node_id
    from {{ ref('inquiries__unioned') }}

),

sides as (

    select
        brand,
        decision,
        identifier_type,
        identifier_value,
        {{ declared_node('brand', 'identifier_type', 'identifier_value') }} as node_id

    from overrides

    union

    select
        brand,
        decision,
        other_identifier_type as identifier_type,
        other_identifier_value as identifier_value,
        {{ declared_node('brand', 'other_identifier_type', 'other_identifier_value') }} as node_id

    from overrides

),

unmet as (

    select
        sides.brand,
        sides.decision,
        sides.identifier_type,
        case sides.identifier_type
            when 'email' then {{ masked_email('sides.identifier_value', 'sides.identifier_value') }}
            when 'phone' then {{ masked_phone('sides.identifier_value', 'sides.identifier_value') }}
            else sides.identifier_value
        end as shown_value

    from sides
    left join known on sides.node_id = known.node_id
    where known.node_id is null

)

select * from unmet
