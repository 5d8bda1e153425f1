with

owners as (

    select * from {{ ref('stg_hubspot__owners') }}

),

-- One colleague may hold several seats of the CRM.
listed as (

    select
        brand,
        lower(trim(email)) as email,
        min(owner_id) as employee

    from owners
    where email is not null
    group by brand, lower(trim(email))

)

select * from listed
