with

leads as (

    select * from {{ ref('int_leads__built') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}

),

lookback_windows as (

    select * from {{ ref('int_lookback_windows__resolved') }}
    where conversion_type = 'lead'

),

-- A journey ends where the person's next need begins.
opened as (

    select
        leads.lead_id,
        leads.brand,
        leads.person_id,
        leads.created_at,
        {{ dbt.dateadd('day', '-lookback_windows.days', 'leads.created_at') }} as window_opened_at,
        lead(leads.created_at) over (
            partition by leads.brand, leads.person_id order by leads.created_at, leads.lead_id
        ) as next_created_at

    from leads
    cross join lookback_windows

),

touched as (

    select
        opened.brand,
        opened.lead_id,
        opened.person_id,
        touchpoints.touchpoint_id,
        touchpoints.touched_at,
        touchpoints.touch_date,
        touchpoints.channel,
        touchpoints.platform,
        touchpoints.source,
        touchpoints.medium,
        touchpoints.campaign_id,
        touchpoints.campaign_name,
        touchpoints.keyword,
        touchpoints.touch_kind,
        touchpoints.matched_by,
        touchpoints.touched_at <= opened.created_at as is_before_lead

    from touchpoints
    inner join opened
        on touchpoints.brand = opened.brand
        and touchpoints.person_id = opened.person_id
        and touchpoints.touched_at >= opened.window_opened_at
        and (opened.next_created_at is null or touchpoints.touched_at < opened.next_created_at)

),

numbered as (

    select
        brand,
        lead_id,
        person_id,
        touchpoint_id,
        row_number() over (partition by lead_id order by touched_at, touchpoint_id) as touch_number,
        count(case when is_before_lead then 1 end) over (partition by lead_id) as path_length,
        touched_at,
        touch_date,
        channel,
        platform,
        source,
        medium,
        campaign_id,
        campaign_name,
        keyword,
        touch_kind,
        matched_by,
        is_before_lead

    from touched

)

select * from numbered
