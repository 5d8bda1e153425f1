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

read as (

    select
        visits.visit_id,
        visits.brand,
        visits.client_id,
        visits.user_id,
        visits.started_at,
        landing.host as landing_host,
        coalesce(landing.utm_source, lower({{ filled_in('visits.tagged_source') }})) as utm_source,
        coalesce(landing.utm_medium, lower({{ filled_in('visits.tagged_medium') }})) as utm_medium,
        coalesce(landing.utm_campaign, {{ filled_in('visits.tagged_campaign') }}) as utm_campaign,
        coalesce(landing.utm_term, visits.tagged_term) as utm_term,
        landing.click_id_type,
        landing.click_id,
        landing.tagged_campaign_id,
        coalesce(landing.is_malformed, false) as is_malformed,
        referring.host as referrer_host

    from visits
    left join urls as landing on visits.landing_url = landing.url
    left join urls as referring on visits.referrer = referring.url

),

-- A till, a login or our own page sends a visitor back; it does not bring one.
referred as (

    select
        read.*,
        sources.source_name as referrer_name,
        case
            when read.referrer_host is null then 'none'
            when sources.source_kind = 'excluded' then 'none'
            when read.referrer_host = read.landing_host then 'none'
            when ends_with(read.referrer_host, '.' || read.landing_host) then 'none'
            when ends_with(read.landing_host, '.' || read.referrer_host) then 'none'
            when contains(';' || brands.own_hosts || ';', ';' || read.referrer_host || ';') then 'none'
            else coalesce(sources.source_kind, 'other')
        end as referrer_kind

    from read
    left join sources on read.referrer_host = sources.source_text
    left join brands on read.brand = brands.brand

),

sourced as (

    select
        referred.visit_id,
        referred.brand,
        referred.client_id,
        referred.user_id,
        referred.started_at,
        {{ traffic_source('referred', 'click_ids') }} as source,
        {{ traffic_medium('referred', 'click_ids') }} as medium,
        referred.utm_campaign as campaign,
        referred.utm_term as term,
        referred.click_id_type,
        referred.click_id,
        referred.tagged_campaign_id,
        referred.referrer_kind,
        referred.is_malformed

    from referred
    left join click_ids on referred.click_id_type = click_ids.click_id_type

),

parsed as (

    select
        {{ signal_id() }} as signal_id,
        *

    from sourced

)

select * from parsed
