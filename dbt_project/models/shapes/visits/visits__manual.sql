with

shaped as (

    select
        brand,
        'manual' as source,
        account,
        visit_id as source_visit_id,
        client_id,
        user_id,
        started_at,
        landing_url,
        referrer,
        device,
        country

    from {{ ref('stg_manual__visits') }}

)

select * from shaped
