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
        coalesce(
            contains(
                concat_ws(' ', inquiries.utm_source, inquiries.utm_medium, inquiries.utm_campaign, inquiries.click_id),
                '{'
            ),
            false
        ) as is_given_malformed,
        lower(inquiries.tracker_source) as tracker_source,
        lower(inquiries.tracker_medium) as tracker_medium,
        {{ filled_in('inquiries.tracker_campaign') }} as tracker_campaign,
        inquiries.page_url,
        inquiries.referrer

    from inquiries

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
        end as click_id_type,
        case
            when given_click_id is not null then given_click_id
            when is_one_visit or not is_given_first or page_source is null then page_click_id
        end as click_id,
        case when is_one_visit or not is_given_first then page_campaign_id end as tagged_campaign_id,
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

-- Without tags and click ids the tracker's word counts, then the page before. Silence is not Direct.
sourced as (

    select
        referred.inquiry_id,
        referred.brand,
        referred.kind,
        case
            when coalesce(referred.utm_source, referred.utm_medium, referred.utm_campaign, click_ids.source) is not null
                then {{ traffic_source('referred', 'click_ids') }}
            when referred.tracker_source = 'direct' then '(direct)'
            when referred.tracker_source is not null then referred.tracker_source
            when referred.referrer_kind <> 'none' then {{ traffic_source('referred', 'click_ids') }}
        end as source,
        case
            when coalesce(referred.utm_source, referred.utm_medium, referred.utm_campaign, click_ids.source) is not null
                then {{ traffic_medium('referred', 'click_ids') }}
            when referred.tracker_source = 'direct' then '(none)'
            when referred.tracker_source is not null then coalesce(referred.tracker_medium, '(not set)')
            when referred.referrer_kind <> 'none' then {{ traffic_medium('referred', 'click_ids') }}
        end as medium,
        coalesce(referred.utm_campaign, referred.tracker_campaign) as campaign,
        referred.utm_term as term,
        referred.utm_source,
        referred.utm_medium,
        referred.utm_campaign,
        referred.click_id_type,
        referred.click_id,
        referred.tagged_campaign_id,
        referred.referrer_kind,
        referred.tracker_source,
        referred.is_malformed,
        referred.is_conflicting

    from referred
    left join click_ids on referred.click_id_type = click_ids.click_id_type

),

parsed as (

    select
        case when source is not null then {{ signal_id() }} end as signal_id,
        *

    from sourced

)

select * from parsed
