with

source as (

    select * from {{ source('rules', 'employees') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        lower(nullif(trim(email), '')) as email,
        nullif(trim(phone), '') as phone

    from source

)

select * from typed
