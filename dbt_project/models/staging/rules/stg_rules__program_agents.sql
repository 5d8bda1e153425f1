with

source as (

    select * from {{ source('rules', 'program_agents') }}

),

typed as (

    select
        lower(nullif(trim(pattern), '')) as pattern,
        nullif(trim(note), '') as note

    from source

)

select * from typed
