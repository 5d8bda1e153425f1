with

overrides as (

    select * from {{ ref('stg_rules__identity_overrides') }}
    where decision = 'separate'

),

separations as (

    select
        brand,
        {{ declared_node('brand', 'identifier_type', 'identifier_value') }} as node_a,
        {{ declared_node('brand', 'other_identifier_type', 'other_identifier_value') }} as node_b

    from overrides

)

select * from separations
