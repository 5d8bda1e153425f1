with

hubspot as (

    select
        brand,
        'hubspot' as source,
        account,
        contact_id as source_contact_id,
        created_at,
        updated_at,
        email as email_raw,
        phone as phone_raw,
        mobile_phone as mobile_raw,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        company,
        city,
        merged_contact_ids,
        google_click_id as click_id

    from {{ ref('stg_hubspot__contacts') }}

),

pipedrive as (

    select
        brand,
        'pipedrive' as source,
        account,
        person_id as source_contact_id,
        created_at,
        updated_at,
        email as email_raw,
        phone as phone_raw,
        second_phone as mobile_raw,
        nullif(trim(name), '') as full_name,
        cast(null as varchar) as company,
        cast(null as varchar) as city,
        cast(null as varchar) as merged_contact_ids,
        click_id

    from {{ ref('stg_pipedrive__persons') }}
    where is_deleted is distinct from true

),

unioned as (

    select * from hubspot
    union all
    select * from pipedrive

),

identified as (

    select
        {{ stable_id(['brand', 'source', 'account', 'source_contact_id']) }} as contact_id,
        *

    from unioned

)

select * from identified
