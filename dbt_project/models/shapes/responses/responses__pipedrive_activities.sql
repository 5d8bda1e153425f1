with

-- What colleagues do for themselves reaches nobody.
shaped as (

    select
        brand,
        'pipedrive' as source,
        account,
        activity_id as source_record_id,
        person_id as source_contact_id,
        done_at as responded_at,
        owner_id as employee

    from {{ ref('stg_pipedrive__activities') }}
    where is_done
        and is_deleted is distinct from true
        and person_id is not null
        and done_at is not null
        and lower(type) not in ('task', 'deadline')

)

select * from shaped
