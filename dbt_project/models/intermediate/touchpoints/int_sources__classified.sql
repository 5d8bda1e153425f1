with

hosts as (

    select distinct host as source_text
    from {{ ref('int_urls__parsed') }}

),

url_sources as (

    select distinct utm_source as source_text
    from {{ ref('int_urls__parsed') }}

),

visit_sources as (

    select distinct lower(tagged_source) as source_text
    from {{ ref('visits__unioned') }}

),

inquiry_sources as (

    select distinct lower(utm_source) as source_text
    from {{ ref('inquiries__unioned') }}

    union

    select distinct lower(tracker_source) as source_text
    from {{ ref('inquiries__unioned') }}

),

mentioned_sources as (

    select distinct mentioned_source as source_text
    from {{ ref('int_urls__parsed') }}

),

click_sources as (

    select distinct source as source_text
    from {{ ref('stg_rules__click_ids') }}

),

texts as (

    select source_text from hosts
    union
    select source_text from url_sources
    union
    select source_text from visit_sources
    union
    select source_text from inquiry_sources
    union
    select source_text from mentioned_sources
    union
    select source_text from click_sources

),

listed_sites as (

    select host_pattern, reason as name, 'excluded' as source_kind, 1 as precedence
    from {{ ref('stg_rules__excluded_referrers') }}
    union all
    select host as host_pattern, name, 'ai' as source_kind, 2 as precedence
    from {{ ref('stg_rules__ai_assistants') }}
    union all
    select host_pattern, name, 'shopping' as source_kind, 3 as precedence
    from {{ ref('stg_rules__shopping_sites') }}
    union all
    select host_pattern, name, 'video' as source_kind, 4 as precedence
    from {{ ref('stg_rules__video_sites') }}
    union all
    select host_pattern, name, 'social' as source_kind, 5 as precedence
    from {{ ref('stg_rules__social_networks') }}
    union all
    select host_pattern, name, 'search' as source_kind, 6 as precedence
    from {{ ref('stg_rules__search_engines') }}
    union all
    select host_pattern, name, 'email' as source_kind, 0 as precedence
    from {{ ref('stg_rules__mail_sites') }}

),

-- A word is known however its parts are joined; a host has dots.
known_sites as (

    select
        case
            when contains(host_pattern, '.') or contains(host_pattern, '*') then host_pattern
            else {{ word_key('host_pattern') }}
        end as host_pattern,
        name,
        source_kind,
        precedence

    from listed_sites

),

prefixes as (

    select * from known_sites
    where ends_with(host_pattern, '*')

),

paths as (

    select
        replace(split_part(host_pattern, '/', 1), '*.', '') as host,
        substr(host_pattern, instr(host_pattern, '/')) as path,
        name,
        source_kind

    from listed_sites
    where contains(host_pattern, '.')
        and contains(host_pattern, '/')

),

-- On some sites only one page sends a visitor back: its whole address is known.
paged as (

    select
        urls.url as source_text,
        paths.source_kind,
        paths.name as source_name

    from {{ ref('int_urls__parsed') }} as urls
    inner join paths
        on ends_with('.' || urls.host, '.' || paths.host)
        and contains(lower(urls.url), paths.path)
    qualify row_number() over (partition by urls.url order by length(paths.path) desc, paths.name) = 1

),

-- What people call the ad platforms: a source that no list of sites has is of their kind.
platform_words as (

    select
        words.source_key,
        words.platform,
        case platform_channels.channel
            when 'Paid Search' then 'search'
            when 'Paid Social' then 'social'
            when 'Paid Video' then 'video'
            when 'Paid Shopping' then 'shopping'
            when 'Email' then 'email'
        end as source_kind

    from {{ ref('int_platforms__worded') }} as words
    left join {{ ref('stg_rules__platform_channels') }} as platform_channels
        on words.platform = platform_channels.platform
        and platform_channels.channel_type is null

),

suffixes as (

    select
        source_text,
        {{ host_suffixes('source_text') }} as suffix

    from texts
    where source_text is not null

),

-- The country ending: de, or co.uk.
endings as (

    select
        source_text,
        suffix,
        split_part(reverse(source_text), '.', 1) as last_label,
        case
            when reverse(split_part(reverse(source_text), '.', 2)) in ('co', 'com', 'org', 'net', 'gov', 'ac', 'ne', 'or')
                and split_part(reverse(source_text), '.', 3) <> ''
                then length(split_part(reverse(source_text), '.', 1))
                    + length(split_part(reverse(source_text), '.', 2)) + 1
            else length(split_part(reverse(source_text), '.', 1))
        end as ending_length

    from suffixes

),

forms as (

    select
        source_text,
        suffix,
        case
            when length(suffix) > ending_length + 1
                then left(suffix, length(suffix) - ending_length) || '{}'
        end as any_country

    from endings

),

candidates as (

    select source_text, suffix as host_pattern
    from forms
    where suffix = source_text
    union
    select source_text, any_country as host_pattern
    from forms
    where suffix = source_text
        and any_country is not null
    union
    select source_text, '*.' || suffix as host_pattern
    from forms
    union
    select source_text, '*.' || any_country as host_pattern
    from forms
    where any_country is not null
    union
    select source_text, {{ word_key('source_text') }} as host_pattern
    from forms
    where not contains(source_text, '.')
    union
    -- The beginning of a host says something only where it lies below another.
    select forms.source_text, prefixes.host_pattern
    from forms
    inner join prefixes on starts_with(forms.source_text, replace(prefixes.host_pattern, '*', ''))
    where forms.suffix = forms.source_text
        and forms.source_text like '%.%.%'

),

-- What is a till, an assistant or a network is that first, though one can search there too.
matched as (

    select
        candidates.source_text,
        known_sites.source_kind,
        known_sites.name as source_name

    from candidates
    inner join known_sites on candidates.host_pattern = known_sites.host_pattern
    qualify row_number() over (
        partition by candidates.source_text
        order by
            known_sites.precedence,
            case when candidates.host_pattern like '*.%' then 1 else 0 end,
            length(candidates.host_pattern) desc
    ) = 1

),

sites as (

    select
        texts.source_text,
        coalesce(matched.source_kind, platform_words.source_kind, 'other') as source_kind,
        coalesce(matched.source_name, texts.source_text) as source_name,
        platform_words.platform

    from texts
    left join matched on texts.source_text = matched.source_text
    left join platform_words on {{ word_key('texts.source_text') }} = platform_words.source_key
    where texts.source_text is not null

),

pages as (

    select
        paged.source_text,
        paged.source_kind,
        paged.source_name,
        cast(null as varchar) as platform

    from paged
    left join sites on paged.source_text = sites.source_text
    where sites.source_text is null

),

classified as (

    select * from sites
    union all
    select * from pages

)

select * from classified
