with

programs as (

    {{ programs_among(ref('stg_matomo__visits'), 'browser_name') }}

),

visits as (

    select visits.*
    from {{ ref('stg_matomo__visits') }} as visits
    left join programs on visits.browser_name = programs.agent
    where programs.agent is null

),

shaped as (

    select
        brand,
        'matomo' as source,
        account,
        visit_id as source_visit_id,
        visitor_id as client_id,
        user_id,
        coalesce(first_action_at, last_action_at, cast(visited_day as timestamp)) as started_at,
        landing_url,
        referrer_url as referrer,
        device_type as device,
        country_code as country,
        city,
        -- Matomo may cut the tags off the address and keep them beside it.
        case when referrer_type = 'campaign' then coalesce(campaign_source, referrer_name) end as tagged_source,
        case when referrer_type = 'campaign' then campaign_medium end as tagged_medium,
        case when referrer_type = 'campaign' then coalesce(campaign_name, referrer_name) end as tagged_campaign,
        case when referrer_type = 'campaign' then campaign_keyword end as tagged_term,
        case when referrer_type = 'campaign' then campaign_content end as tagged_content

    from visits

)

select * from shaped
