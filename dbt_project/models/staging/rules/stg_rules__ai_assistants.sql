with

source as (

    select * from {{ source('rules', 'ai_assistants') }}

),

typed as (

    select
        lower(nullif(trim(host), '')) as host,
        nullif(trim(name), '') as name

    from source

)

select * from typed
