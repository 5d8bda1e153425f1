with

seats as (

    select * from {{ ref('employees__unioned') }}

),

-- One colleague may hold several seats of the CRM.
listed as (

    select
        brand,
        email,
        min(employee) as employee

    from seats
    group by brand, email

)

select * from listed
