with

owners as (

    select brand, owner_id, email from {{ ref('stg_hubspot__owners') }}
    union all
    select brand, user_id as owner_id, email from {{ ref('stg_pipedrive__users') }}
    union all
    select brand, user_id as owner_id, email from {{ ref('stg_amocrm__users') }}
    union all
    select brand, user_id as owner_id, email from {{ ref('stg_bitrix24__users') }}
    union all
    select brand, user_id as owner_id, email from {{ ref('stg_salesforce__users') }}

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
