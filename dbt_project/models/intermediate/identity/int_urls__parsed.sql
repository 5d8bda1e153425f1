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

cleaned as (

    select
        url,
        {{ url_cleaned('url') }} as cleaned_url

    from urls

),

read as (

    select
        url,
        {{ url_host('cleaned_url') }} as host,
        {{ url_parameters('cleaned_url') }} as parameters

    from cleaned

),

split as (

    select
        url,
        host,
        {{ parameter_names('parameters') }} as names,
        {{ parameter_values('parameters') }} as texts

    from read

),

-- Matomo's own tags, new and old, and HubSpot's for ads stand beside the common ones.
picked as (

    select
        url,
        host,
        {%- for name, others in {
            'source': ['mtm_source', 'pk_source'],
            'medium': ['mtm_medium', 'pk_medium'],
            'campaign': ['mtm_campaign', 'pk_campaign', 'piwik_campaign'],
            'term': ['mtm_keyword', 'pk_keyword', 'pk_kwd', 'piwik_kwd'],
            'content': ['mtm_content', 'pk_content'],
        }.items() %}
        coalesce(
            {{ query_value('names', 'texts', 'utm_' ~ name) }}
            {%- for other in others %},
            {{ query_value('names', 'texts', other) }}
            {%- endfor %}
        ) as raw_{{ name }},
        {%- endfor %}
        {{ query_value('names', 'texts', 'gad_campaignid') }} as raw_google_campaign_id,
        coalesce(
            {{ query_value('names', 'texts', 'gad_campaignid') }},
            {{ query_value('names', 'texts', 'utm_id') }},
            {{ query_value('names', 'texts', 'hsa_cam') }},
            {{ query_value('names', 'texts', 'mtm_cid') }},
            {{ query_value('names', 'texts', 'pk_cid') }}
        ) as raw_campaign_id,
        {%- for name in click_id_types() %}
        {%- if name == 'gclid' %}
        -- Search Ads 360 gives clicks of other engines an id of the same name, and says so.
        case when coalesce({{ query_value('names', 'texts', 'gclsrc') }}, '') not like '3p%'
            then {{ query_value('names', 'texts', name) }} end as raw_{{ name }},
        {%- else %}
        {{ query_value('names', 'texts', name) }} as raw_{{ name }},
        {%- endif %}
        {%- endfor %}
        coalesce(
            case
                when {{ query_value('names', 'texts', 'gad_source') }} is not null
                    or {{ query_value('names', 'texts', 'gad_campaignid') }} is not null
                    then 'google'
            end,
            {{ query_value('names', 'texts', 'hsa_net') }}
        ) as ad_source,
        {{ query_value('names', 'texts', 'srsltid') }} as raw_listing_id,
        coalesce({{ query_value('names', 'texts', 'ref') }}, {{ query_value('names', 'texts', 'source') }}) as raw_mention

    from split

),

decoded as (

    select
        url,
        host,
        ad_source,
        raw_listing_id,
        {%- for name in ['source', 'medium', 'campaign', 'term', 'content', 'campaign_id', 'google_campaign_id', 'mention'] %}
        {{ url_decoded('raw_' ~ name) }} as once_{{ name }},
        {%- endfor %}
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

-- Two programs in a row encode a link twice.
decoded_twice as (

    select
        *,
        {%- for name in ['source', 'medium', 'campaign', 'term', 'content', 'campaign_id', 'google_campaign_id', 'mention'] %}
        case
            when {{ is_still_encoded('once_' ~ name) }} then {{ url_decoded('once_' ~ name) }}
            else once_{{ name }}
        end as read_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from decoded

),

filled as (

    select
        * exclude (ad_source),
        -- Who writes `ref=googleads` under an ad names the platform that sold the click.
        coalesce(
            ad_source,
            case
                when {{ matches_fully(
                    'lower(read_mention)',
                    "'adwords|gads|(google|bing|microsoft|yandex|facebook|fb|meta|instagram|linkedin|tiktok|pinterest|reddit)"
                    ~ "[ _-]?ads'"
                ) }} then lower(read_mention)
            end
        ) as ad_source,
        {{ filled_in('read_source') }} as filled_source,
        {{ filled_in('read_medium') }} as filled_medium,
        {{ filled_in('read_campaign') }} as filled_campaign,
        {{ filled_in('read_mention') }} as mention,
        -- Click ids are opaque and case-sensitive: they are passed on as they came.
        {{ filled_in('read_click_id') }} as click_id

    from decoded_twice

),

-- What marks a link as an ad without saying more counts where the link has no tags.
parsed as (

    select
        url,
        host,
        case
            when coalesce(filled_source, filled_medium, filled_campaign, click_id) is null then lower(ad_source)
            else lower(filled_source)
        end as utm_source,
        case
            when coalesce(filled_source, filled_medium, filled_campaign, click_id, ad_source) is null then null
            when coalesce(filled_source, filled_medium, filled_campaign, click_id) is null then 'cpc'
            else lower(filled_medium)
        end as utm_medium,
        filled_campaign as utm_campaign,
        {{ filled_in('read_term') }} as utm_term,
        {{ filled_in('read_content') }} as utm_content,
        {{ filled_in('read_campaign_id') }} as tagged_campaign_id,
        case when {{ filled_in('read_google_campaign_id') }} is not null then 'google_ads' end as tagged_platform,
        case when click_id is not null then read_click_id_type end as click_id_type,
        click_id,
        -- A word in `ref` or `source` is the last to be believed: shops use both for other things.
        case
            when raw_listing_id is not null then 'google'
            when {{ matches_fully('lower(mention)', "'[a-z][a-z0-9._-]+'") }} then lower(mention)
        end as mentioned_source,
        case
            when raw_listing_id is not null then 'organic_shopping'
            when {{ matches_fully('lower(mention)', "'[a-z][a-z0-9._-]+'") }} then 'referral'
        end as mentioned_medium,
        -- A macro left as it was, an escape that reads as no letter, or tags that name no source.
        coalesce(
            {%- for name in ['source', 'medium', 'campaign', 'term', 'content', 'click_id'] %}
            coalesce({{ is_unfilled('read_' ~ name) }}, false)
            or {% if name != 'click_id' %}coalesce({{ is_still_encoded('once_' ~ name) }}, false)
            or {% endif %}
            {%- endfor %}
            coalesce(read_medium, read_campaign) is not null and filled_source is null,
            false
        ) as is_malformed

    from filled

)

select * from parsed
