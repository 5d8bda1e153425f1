with

shaped as (

    select
        brand,
        'ga4' as source,
        account,
        visit_id as source_visit_id,
        client_id,
        user_id,
        started_at,
        landing_url,
        referrer,
        device_type as device,
        country,
        city,
        -- Google writes what it concludes itself in brackets, and calls some paid clicks organic.
        case
            when tagged_source like '(%' then null
            when gclid is not null then coalesce(tagged_source, 'google')
            else tagged_source
        end as tagged_source,
        case
            when tagged_medium like '(%' then null
            when gclid is not null and coalesce(lower(tagged_medium), 'organic') = 'organic' then 'cpc'
            else tagged_medium
        end as tagged_medium,
        case when tagged_campaign not like '(%' then tagged_campaign end as tagged_campaign,
        tagged_term,
        tagged_content

    from {{ ref('stg_ga4__visits') }}

)

select * from shaped
