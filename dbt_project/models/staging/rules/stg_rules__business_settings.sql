with

source as (

    select * from {{ source('rules', 'business_settings') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        lower(nullif(trim(setting), '')) as setting,
        cast(nullif(trim(value), '') as integer) as value,
        nullif(trim(note), '') as note

    from source

)

select * from typed
