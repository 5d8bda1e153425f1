with

seats as (

    select * from {{ ref('stg_hubspot__owners') }}

),

shaped as (

    select
        brand,
        owner_id as employee,
        lower(trim(email)) as email

    from seats
    where email is not null

)

select * from shaped
