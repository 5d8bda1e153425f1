with

visits as (

    select * from {{ ref('visits__unioned') }}

),

urls as (

    select * from {{ ref('int_urls__parsed') }}

),

sources as (

    select * from {{ ref('int_sources__classified') }}

),

click_ids as (

    select * from {{ ref('stg_rules__click_ids') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

sold_clicks as (

    select * from {{ ref('clicks__unioned') }}

),

shared_clicks as (

    select * from {{ ref('int_clicks__shared') }}

),

counted_elsewhere as (

    select * from {{ ref('int_visits__doubled') }}

),

-- Clocks change on the hour, and reading a time zone is dear: read it once for each hour.
hours as (

    select distinct
        brand,
        date_trunc('hour', started_at) as utc_hour

    from visits

),

local_hours as (

    select
        hours.brand,
        hours.utc_hour,
        cast({{ local_time('hours.utc_hour', 'brands.time_zone') }} as date) as touch_date

    from hours
    inner join brands on hours.brand = brands.brand

),

read as (

    select
        visits.visit_id,
        visits.brand,
        visits.client_id,
        visits.user_id,
        visits.started_at,
        local_hours.touch_date,
        landing.host as landing_host,
        coalesce(landing.utm_source, lower({{ filled_in('visits.tagged_source') }})) as tagged_source,
        coalesce(landing.utm_medium, lower({{ filled_in('visits.tagged_medium') }})) as tagged_medium,
        coalesce(landing.utm_campaign, {{ filled_in('visits.tagged_campaign') }}) as utm_campaign,
        coalesce(landing.utm_term, visits.tagged_term) as utm_term,
        -- What several devices brought is no click of theirs, but for the first.
        case when shared_clicks.click_id is null then landing.click_id_type end as click_id_type,
        case when shared_clicks.click_id is null then landing.click_id end as click_id,
        landing.tagged_campaign_id,
        landing.tagged_platform,
        landing.mentioned_source,
        landing.mentioned_medium,
        coalesce(landing.is_malformed, false) as is_malformed,
        visits.referrer,
        referring.host as referrer_host

    from visits
    left join local_hours
        on visits.brand = local_hours.brand
        and date_trunc('hour', visits.started_at) = local_hours.utc_hour
    left join counted_elsewhere on visits.visit_id = counted_elsewhere.visit_id
    left join urls as landing on visits.landing_url = landing.url
    left join urls as referring on visits.referrer = referring.url
    left join shared_clicks
        on visits.brand = shared_clicks.brand
        and landing.click_id_type = shared_clicks.click_id_type
        and landing.click_id = shared_clicks.click_id
        and visits.source = shared_clicks.source
        and visits.account = shared_clicks.account
        and visits.client_id is distinct from shared_clicks.first_client_id
    where counted_elsewhere.visit_id is null

),

-- A till, a login or our own page sends a visitor back; it does not bring one.
referred as (

    select
        read.* exclude (tagged_source, tagged_medium, click_id_type, click_id),
        read.tagged_source as utm_source,
        read.tagged_medium as utm_medium,
        read.click_id_type as read_click_id_type,
        read.click_id as read_click_id,
        sources.source_name as referrer_name,
        case
            when read.referrer_host is null then 'none'
            when 'excluded' in (sources.source_kind, pages.source_kind) then 'none'
            when {{ is_own_page('read.referrer_host', 'read.landing_host', 'brands.own_hosts') }} then 'none'
            else coalesce(sources.source_kind, 'other')
        end as referrer_kind

    from read
    left join sources on read.referrer_host = sources.source_text
    left join sources as pages on read.referrer = pages.source_text
    left join brands on read.brand = brands.brand

),

judged as (

    select
        referred.*,
        {{ is_click_passed_on('referred', 'click_ids', 'tagged.platform', 'sold_clicks.click_id') }} as is_click_passed_on,
        referred.mentioned_source is not null
        and referred.referrer_host is null
        and coalesce(referred.utm_source, referred.utm_medium, referred.utm_campaign, referred.read_click_id) is null
            as is_mention_believed

    from referred
    left join click_ids on referred.read_click_id_type = click_ids.click_id_type
    left join sources as tagged on referred.utm_source = tagged.source_text
    left join sold_clicks
        on referred.brand = sold_clicks.brand
        and referred.read_click_id_type = sold_clicks.click_id_type
        and referred.read_click_id = sold_clicks.click_id

),

proven as (

    select
        * exclude (utm_source, utm_medium),
        case when not is_click_passed_on then read_click_id_type end as click_id_type,
        case when not is_click_passed_on then read_click_id end as click_id,
        case when is_mention_believed then mentioned_source else utm_source end as utm_source,
        case when is_mention_believed then mentioned_medium else utm_medium end as utm_medium

    from judged

),

sourced as (

    select
        proven.visit_id,
        proven.brand,
        proven.client_id,
        proven.user_id,
        proven.started_at,
        proven.touch_date,
        {{ traffic_source('proven', 'click_ids') }} as source,
        {{ traffic_medium('proven', 'click_ids') }} as medium,
        proven.utm_campaign as campaign,
        proven.utm_term as term,
        proven.click_id_type,
        proven.click_id,
        proven.tagged_campaign_id,
        proven.tagged_platform,
        proven.referrer_kind,
        proven.is_malformed

    from proven
    left join click_ids on proven.click_id_type = click_ids.click_id_type

),

parsed as (

    select
        {{ signal_id() }} as signal_id,
        *

    from sourced

)

select * from parsed
