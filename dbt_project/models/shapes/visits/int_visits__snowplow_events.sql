{# The tracker numbers its visits itself; without its cookie only who comes from outside is known to begin one. #}

with

-- Millions of events come from some thousands of browsers: these are compared.
programs as (

    {{ programs_among(ref('stg_snowplow__events'), 'user_agent', are_user_agents=true) }}

),

events as (

    select events.*
    from {{ ref('stg_snowplow__events') }} as events
    left join programs on events.user_agent = programs.agent
    where programs.agent is null
        and (
            events.session_id is not null
            or (events.event = 'page_view' and coalesce(events.referrer_medium, 'unknown') <> 'internal')
        )

),

named as (

    select
        *,
        coalesce(session_id, event_id) as visit_id,
        coalesce(derived_at, collector_at) as happened_at

    from events

),

-- What a visit came by is on its first page, which need not be its first event.
numbered as (

    select
        *,
        min(happened_at) over (partition by account, visit_id) as started_at,
        max(happened_at) over (partition by account, visit_id) as last_event_at,
        max(user_id) over (partition by account, visit_id) as known_user_id,
        count(*) over (partition by account, visit_id) as event_count,
        row_number() over (
            partition by account, visit_id
            order by case when page_url is null then 1 else 0 end, happened_at, event_id
        ) as event_number

    from named

),

visits as (

    select
        brand,
        account,
        visit_id,
        client_id,
        known_user_id as user_id,
        started_at,
        last_event_at,
        event_count,
        page_url as landing_url,
        page_referrer as referrer,
        mkt_source,
        mkt_medium,
        mkt_campaign,
        mkt_term,
        mkt_content,
        mkt_network,
        mkt_click_id

    from numbered
    where event_number = 1

)

select * from visits
