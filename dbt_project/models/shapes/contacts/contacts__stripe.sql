with

shaped as (

    select
        brand,
        'stripe' as source,
        account,
        customer_id as source_contact_id,
        created_at,
        updated_at,
        email as email_raw,
        phone as phone_raw,
        nullif(trim(name), '') as full_name,
        click_id

    from {{ ref('stg_stripe__customers') }}
    where is_deleted is distinct from true

)

select * from shaped
