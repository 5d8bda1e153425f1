{# Each URL is taken apart once, however many visits it has. #}

with

landing_urls as (

    select distinct landing_url as url
    from {{ ref('visits__unioned') }}

),

referrers as (

    select distinct referrer as url
    from {{ ref('visits__unioned') }}

),

inquiry_urls as (

    select distinct page_url as url
    from {{ ref('inquiries__unioned') }}

),

inquiry_referrers as (

    select distinct referrer as url
    from {{ ref('inquiries__unioned') }}

),

urls as (

    select url from landing_urls
    where url is not null
    union
    select url from referrers
    where url is not null
    union
    select url from inquiry_urls
    where url is not null
    union
    select url from inquiry_referrers
    where url is not null

),

split as (

    select
        url,
        {{ url_host('url') }} as host,
        {{ query_names('url') }} as names,
        {{ query_values('url') }} as texts

    from urls

),

-- Matomo's own tags stand beside the common ones.
picked as (

    select
        url,
        host,
        coalesce({{ query_value('names', 'texts', 'utm_source') }}, {{ query_value('names', 'texts', 'mtm_source') }})
            as raw_source,
        coalesce({{ query_value('names', 'texts', 'utm_medium') }}, {{ query_value('names', 'texts', 'mtm_medium') }})
            as raw_medium,
        coalesce(
            {{ query_value('names', 'texts', 'utm_campaign') }}, {{ query_value('names', 'texts', 'mtm_campaign') }}
        ) as raw_campaign,
        coalesce({{ query_value('names', 'texts', 'utm_term') }}, {{ query_value('names', 'texts', 'mtm_keyword') }})
            as raw_term,
        coalesce({{ query_value('names', 'texts', 'utm_content') }}, {{ query_value('names', 'texts', 'mtm_content') }})
            as raw_content,
        coalesce(
            {{ query_value('names', 'texts', 'gad_campaignid') }},
            {{ query_value('names', 'texts', 'utm_id') }},
            {{ query_value('names', 'texts', 'mtm_cid') }}
        ) as raw_campaign_id,
        {%- for name in click_id_types() %}
        {{ query_value('names', 'texts', name) }} as raw_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from split

),

decoded as (

    select
        url,
        host,
        {{ url_decoded('raw_source') }} as read_source,
        {{ url_decoded('raw_medium') }} as read_medium,
        {{ url_decoded('raw_campaign') }} as read_campaign,
        {{ url_decoded('raw_term') }} as read_term,
        {{ url_decoded('raw_content') }} as read_content,
        {{ url_decoded('raw_campaign_id') }} as read_campaign_id,
        case
            {%- for name in click_id_types() %}
            when raw_{{ name }} is not null then '{{ name }}'
            {%- endfor %}
        end as read_click_id_type,
        coalesce(
            {%- for name in click_id_types() %}
            raw_{{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as read_click_id

    from picked

),

filled as (

    select
        *,
        {{ filled_in('read_source') }} as filled_source,
        -- Click ids are opaque and case-sensitive: they are passed on as they came.
        {{ filled_in('read_click_id') }} as click_id,
        concat_ws(' ', read_source, read_medium, read_campaign, read_term, read_content) as read_tags

    from decoded

),

parsed as (

    select
        url,
        host,
        lower(filled_source) as utm_source,
        lower({{ filled_in('read_medium') }}) as utm_medium,
        {{ filled_in('read_campaign') }} as utm_campaign,
        {{ filled_in('read_term') }} as utm_term,
        {{ filled_in('read_content') }} as utm_content,
        {{ filled_in('read_campaign_id') }} as tagged_campaign_id,
        case when click_id is not null then read_click_id_type end as click_id_type,
        click_id,
        -- A macro left as it was, an escape that reads as no letter, or tags that name no source.
        coalesce(
            contains(read_tags, '{')
            or contains(read_tags, '%')
            or contains(read_tags, '__')
            or contains(read_click_id, '{')
            or (coalesce(read_medium, read_campaign) is not null and filled_source is null),
            false
        ) as is_malformed

    from filled

)

select * from parsed
