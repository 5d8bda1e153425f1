with

source as (

    select * from {{ source('rules', 'holidays') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        cast(nullif(trim(holiday), '') as date) as holiday,
        nullif(trim(note), '') as note

    from source

)

select * from typed
