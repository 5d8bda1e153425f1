with

moves as (

    select
        leads.brand,
        'amocrm' as source,
        leads.account,
        leads.lead_id as source_deal_id,
        events.after_pipeline_id as pipeline_id,
        events.after_status_id as stage_id,
        events.created_at as entered_at,
        false as is_present

    from {{ ref('stg_amocrm__events') }} as events
    inner join {{ ref('stg_amocrm__leads') }} as leads
        on events.account = leads.account
        and events.entity_id = leads.lead_id
    where events.type = 'lead_status_changed'
        and events.after_status_id is not null

),

-- No event tells of the first stage: it is the one that the oldest move left. Where no move is known, a lead that is
-- closed came to its stage when it was closed: it is older than the events that are kept.
first as (

    select
        leads.brand,
        'amocrm' as source,
        leads.account,
        leads.lead_id as source_deal_id,
        coalesce(events.before_pipeline_id, leads.pipeline_id) as pipeline_id,
        coalesce(events.before_status_id, leads.status_id) as stage_id,
        case
            when events.event_id is null and leads.status_id in ('142', '143')
                then coalesce(leads.closed_at, leads.created_at)
            else leads.created_at
        end as entered_at,
        false as is_present

    from {{ ref('stg_amocrm__leads') }} as leads
    left join {{ ref('stg_amocrm__events') }} as events
        on leads.account = events.account
        and leads.lead_id = events.entity_id
        and events.type = 'lead_status_changed'
    where coalesce(events.before_status_id, leads.status_id) is not null
    qualify row_number() over (
        partition by leads.account, leads.lead_id
        order by events.created_at, events.event_id
    ) = 1

),

present as (

    select
        brand,
        'amocrm' as source,
        account,
        lead_id as source_deal_id,
        pipeline_id,
        status_id as stage_id,
        true as is_present

    from {{ ref('stg_amocrm__leads') }}
    where status_id is not null

),

shaped as (

    {{ rows_by_name(['moves', 'first', 'present']) }}

)

select * from shaped
