with

source as (

    select * from {{ source('rules', 'spam_patterns') }}

),

typed as (

    select
        lower(nullif(trim(field), '')) as field,
        nullif(trim(pattern), '') as pattern,
        nullif(trim(note), '') as note

    from source

)

select * from typed
