with

source as (

    select * from {{ source('rules', 'programme_channels') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        nullif(trim(channel), '') as channel,
        nullif(trim(note), '') as note

    from source

)

select * from typed
