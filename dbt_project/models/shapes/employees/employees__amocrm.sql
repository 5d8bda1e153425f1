with

seats as (

    select * from {{ ref('stg_amocrm__users') }}

),

shaped as (

    select
        brand,
        user_id as employee,
        lower(trim(email)) as email

    from seats
    where email is not null

)

select * from shaped
