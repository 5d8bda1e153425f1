with

source as (

    select * from {{ source('rules', 'accounts') }}

),

typed as (

    select
        nullif(trim(source), '') as source,
        nullif(trim(account), '') as account,
        nullif(trim(brand), '') as brand

    from source

)

select * from typed
