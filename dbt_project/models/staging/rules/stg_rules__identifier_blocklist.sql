with

source as (

    select * from {{ source('rules', 'identifier_blocklist') }}

),

typed as (

    select
        lower(nullif(trim(identifier_type), '')) as identifier_type,
        lower(nullif(trim(identifier_value), '')) as identifier_value

    from source

)

select * from typed
