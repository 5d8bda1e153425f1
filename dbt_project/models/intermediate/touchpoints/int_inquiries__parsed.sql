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
read as (

    select
        named.inquiry_id,
        named.brand,
        named.kind,
        page.host as landing_host,
        coalesce(named.given_source, page.utm_source) as utm_source,
        coalesce(named.given_medium, page.utm_medium) as utm_medium,
        coalesce(named.given_campaign, page.utm_campaign) as utm_campaign,
        coalesce(named.given_term, page.utm_term) as utm_term,
        case
            when named.given_click_id is not null then named.given_click_id_type
            else page.click_id_type
        end as click_id_type,
        coalesce(named.given_click_id, page.click_id) as click_id,
        page.tagged_campaign_id,
        referring.host as referrer_host,
        named.tracker_source,
        named.tracker_medium,
        named.tracker_campaign,
        named.is_given_malformed or coalesce(page.is_malformed, false) as is_malformed,
        coalesce(
            named.given_source <> page.utm_source
            or (named.given_click_id_type = page.click_id_type and named.given_click_id <> page.click_id),
            false
        ) as is_conflicting

    from named
    left join urls as page on named.page_url = page.url
    left join urls as referring on named.referrer = referring.url

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
