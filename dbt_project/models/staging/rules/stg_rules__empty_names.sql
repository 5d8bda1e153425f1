with

source as (

    select * from {{ source('rules', 'empty_names') }}

),

typed as (

    select nullif(trim(name), '') as name

    from source

)

select * from typed
