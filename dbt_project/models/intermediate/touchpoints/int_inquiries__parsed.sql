with

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

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

first_devices as (

    select brand, click_id_type, click_id, first_client_id
    from shared_clicks
    group by brand, click_id_type, click_id, first_client_id

),

passed_on as (

    select distinct brand, click_id_type, click_id
    from shared_clicks

),

-- Clocks change on the hour, and reading a time zone is dear: read it once for each hour.
hours as (

    select distinct
        brand,
        date_trunc('hour', occurred_at) as utc_hour

    from inquiries

),

local_hours as (

    select
        hours.brand,
        hours.utc_hour,
        cast({{ local_time('hours.utc_hour', 'brands.time_zone') }} as date) as touch_date

    from hours
    inner join brands on hours.brand = brands.brand

),

named as (

    select
        inquiries.inquiry_id,
        inquiries.brand,
        inquiries.kind,
        lower({{ filled_in('inquiries.utm_source') }}) as given_source,
        lower({{ filled_in('inquiries.utm_medium') }}) as given_medium,
        {{ filled_in('inquiries.utm_campaign') }} as given_campaign,
        {{ filled_in('inquiries.utm_term') }} as given_term,
        {{ filled_in('inquiries.click_id') }} as given_click_id,
        inquiries.click_id_type as given_click_id_type,
        coalesce({{ is_unfilled('inquiries.utm_source') }}, false)
        or coalesce({{ is_unfilled('inquiries.utm_medium') }}, false)
        or coalesce({{ is_unfilled('inquiries.utm_campaign') }}, false)
        or coalesce({{ is_unfilled('inquiries.click_id') }}, false) as is_given_malformed,
        case
            when lower(trim(inquiries.tracker_source)) in ('direct', '(direct)') then 'direct'
            else lower({{ filled_in('inquiries.tracker_source') }})
        end as tracker_source,
        lower({{ filled_in('inquiries.tracker_medium') }}) as tracker_medium,
        {{ filled_in('inquiries.tracker_campaign') }} as tracker_campaign,
        inquiries.client_id,
        inquiries.occurred_at,
        local_hours.touch_date,
        inquiries.page_url,
        inquiries.referrer

    from inquiries
    left join local_hours
        on inquiries.brand = local_hours.brand
        and date_trunc('hour', inquiries.occurred_at) = local_hours.utc_hour

),

-- What came with the inquiry says more than the address of its page: the page may be the visitor's tenth.
compared as (

    select
        named.*,
        page.host as landing_host,
        page.utm_source as page_source,
        page.utm_medium as page_medium,
        page.utm_campaign as page_campaign,
        page.utm_term as page_term,
        page.click_id as page_click_id,
        page.click_id_type as page_click_id_type,
        page.tagged_campaign_id as page_campaign_id,
        page.tagged_platform as page_platform,
        page.mentioned_source,
        page.mentioned_medium,
        referring.host as referrer_host,
        coalesce(page.is_malformed, false) as is_page_malformed,
        -- Both tell of one visit where nothing in them differs.
        coalesce(named.given_source = page.utm_source, true)
        and coalesce(named.given_medium = page.utm_medium, true)
        and coalesce(lower(named.given_campaign) = lower(page.utm_campaign), true)
        and coalesce(
            named.given_click_id_type <> page.click_id_type or named.given_click_id = page.click_id, true
        ) as is_one_visit,
        coalesce(named.given_source, named.given_click_id) is not null
        or page.utm_source is null as is_given_first

    from named
    left join urls as page on named.page_url = page.url
    left join urls as referring on named.referrer = referring.url

),

-- A set of tags is taken whole from one place: the source of one visit has not the campaign of another.
read as (

    select
        inquiry_id,
        brand,
        kind,
        landing_host,
        client_id,
        occurred_at,
        touch_date,
        {%- for name in ['source', 'medium', 'campaign', 'term'] %}
        case
            when is_one_visit then coalesce(given_{{ name }}, page_{{ name }})
            when is_given_first then given_{{ name }}
            else page_{{ name }}
        end as utm_{{ name }},
        {%- endfor %}
        case
            when given_click_id is not null then given_click_id_type
            when is_one_visit or not is_given_first or page_source is null then page_click_id_type
        end as read_click_id_type,
        case
            when given_click_id is not null then given_click_id
            when is_one_visit or not is_given_first or page_source is null then page_click_id
        end as read_click_id,
        case when is_one_visit or not is_given_first then page_campaign_id end as tagged_campaign_id,
        case when is_one_visit or not is_given_first then page_platform end as tagged_platform,
        mentioned_source,
        mentioned_medium,
        referrer,
        referrer_host,
        tracker_source,
        tracker_medium,
        tracker_campaign,
        is_given_malformed or is_page_malformed as is_malformed,
        coalesce(
            given_source <> page_source
            or (given_click_id_type = page_click_id_type and given_click_id <> page_click_id),
            false
        ) as is_conflicting

    from compared

),

referred as (

    select
        read.*,
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
        {{ is_click_passed_on('referred', 'click_ids', 'tagged.platform', 'sold_clicks.click_id') }}
        -- What several devices brought is no click of theirs, but for the first.
        or (passed_on.click_id is not null and first_devices.click_id is null) as is_click_passed_on,
        referred.mentioned_source is not null
        and referred.referrer_host is null
        and referred.tracker_source is null
        and coalesce(referred.utm_source, referred.utm_medium, referred.utm_campaign, referred.read_click_id) is null
            as is_mention_believed

    from referred
    left join click_ids on referred.read_click_id_type = click_ids.click_id_type
    left join sources as tagged on referred.utm_source = tagged.source_text
    left join sold_clicks
        on referred.brand = sold_clicks.brand
        and referred.read_click_id_type = sold_clicks.click_id_type
        and referred.read_click_id = sold_clicks.click_id
    left join passed_on
        on referred.brand = passed_on.brand
        and referred.read_click_id_type = passed_on.click_id_type
        and referred.read_click_id = passed_on.click_id
    left join first_devices
        on referred.brand = first_devices.brand
        and referred.read_click_id_type = first_devices.click_id_type
        and referred.read_click_id = first_devices.click_id
        and referred.client_id = first_devices.first_client_id

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

-- Without tags and click ids the tracker's word counts, then the page before. Silence is not Direct.
sourced as (

    select
        proven.inquiry_id,
        proven.brand,
        proven.kind,
        proven.occurred_at,
        proven.touch_date,
        case
            when coalesce(proven.utm_source, proven.utm_medium, proven.utm_campaign, click_ids.source) is not null
                then {{ traffic_source('proven', 'click_ids') }}
            when proven.tracker_source = 'direct' then '(direct)'
            when proven.tracker_source is not null then proven.tracker_source
            when proven.referrer_kind <> 'none' then {{ traffic_source('proven', 'click_ids') }}
        end as source,
        case
            when coalesce(proven.utm_source, proven.utm_medium, proven.utm_campaign, click_ids.source) is not null
                then {{ traffic_medium('proven', 'click_ids') }}
            when proven.tracker_source = 'direct' then '(none)'
            when proven.tracker_source is not null then coalesce(proven.tracker_medium, '(not set)')
            when proven.referrer_kind <> 'none' then {{ traffic_medium('proven', 'click_ids') }}
        end as medium,
        coalesce(proven.utm_campaign, proven.tracker_campaign) as campaign,
        proven.utm_term as term,
        proven.utm_source,
        proven.utm_medium,
        proven.utm_campaign,
        proven.click_id_type,
        proven.click_id,
        proven.tagged_campaign_id,
        proven.tagged_platform,
        proven.referrer_kind,
        proven.tracker_source,
        proven.is_malformed,
        proven.is_conflicting

    from proven
    left join click_ids on proven.click_id_type = click_ids.click_id_type

),

parsed as (

    select
        case when source is not null then {{ signal_id() }} end as signal_id,
        *

    from sourced

)

select * from parsed
