with

source as (

    select * from {{ source('rules', 'identity_overrides') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        lower(nullif(trim(identifier_type), '')) as identifier_type,
        nullif(trim(identifier_value), '') as identifier_value,
        lower(nullif(trim(other_identifier_type), '')) as other_identifier_type,
        nullif(trim(other_identifier_value), '') as other_identifier_value,
        coalesce(lower(nullif(trim(decision), '')), 'merge') as decision

    from source

)

select * from typed
