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
    select source_text from click_sources

),

known_sites as (

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

classified as (

    select
        texts.source_text,
        coalesce(matched.source_kind, 'other') as source_kind,
        coalesce(matched.source_name, texts.source_text) as source_name

    from texts
    left join matched on texts.source_text = matched.source_text
    where texts.source_text is not null

)

select * from classified
