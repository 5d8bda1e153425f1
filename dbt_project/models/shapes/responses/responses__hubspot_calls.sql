with

shaped as (

    select
        brand,
        'hubspot' as source,
        account,
        call_id as source_record_id,
        contact_id as source_contact_id,
        occurred_at as responded_at,
        owner_id as employee

    from {{ ref('stg_hubspot__calls') }}
    where upper(direction) = 'OUTBOUND'

)

select * from shaped
