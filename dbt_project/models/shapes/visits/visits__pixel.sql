with

shaped as (

    select
        brand,
        'pixel' as source,
        account,
        visit_id as source_visit_id,
        client_id,
        user_id,
        started_at,
        landing_url,
        referrer,
        device

    from {{ ref('int_visits__pixel_hits') }}

)

select * from shaped
