with

source as (

    select * from {{ source('rules', 'form_fields') }}

),

typed as (

    select
        lower(nullif(trim(field), '')) as field,
        lower(nullif(trim(meaning), '')) as meaning

    from source

)

select * from typed
