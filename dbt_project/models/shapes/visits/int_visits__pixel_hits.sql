{# A visit ends after half an hour without a hit, and where the visitor comes by another campaign or click. #}

with

hits as (

    select * from {{ ref('stg_pixel__hits') }}
    where not is_bot

),

read as (

    select
        *,
        {{ url_cleaned('url') }} as cleaned_url

    from hits

),

parameters as (

    select
        *,
        {{ url_parameters('cleaned_url') }} as url_parameters

    from read

),

split as (

    select
        * exclude (cleaned_url, url_parameters),
        {{ parameter_names('url_parameters') }} as names,
        {{ parameter_values('url_parameters') }} as texts

    from parameters

),

-- What brought the visitor, as the page's address says it; an address without tags says nothing.
tagged as (

    select
        * exclude (names, texts),
        nullif(
            concat_ws(
                '|',
                {%- for name in ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] %}
                '{{ name }}=' || {{ query_value('names', 'texts', name) }},
                {%- endfor %}
                {%- for name in click_id_types() %}
                '{{ name }}=' || {{ query_value('names', 'texts', name) }}{{ ',' if not loop.last }}
                {%- endfor %}
            ),
            ''
        ) as tags,
        {{ url_host('url') }} as page_host,
        {{ url_host('referrer') }} as referrer_host

    from split

),

followed as (

    select
        *,
        lag(received_at) over (partition by account, client_id order by received_at, hit_id) as last_hit_at,
        last_value(tags ignore nulls) over (
            partition by account, client_id order by received_at, hit_id
            rows between unbounded preceding and 1 preceding
        ) as last_tags

    from tagged

),

-- Without consent nobody is followed: only who comes from outside is known to begin a visit.
opened as (

    select
        *,
        case
            when client_id is null then coalesce(event = 'page_view' and referrer_host is distinct from page_host, false)
            when last_hit_at is null then true
            when received_at - last_hit_at > interval '{{ var("visit_gap_minutes") }}' minute then true
            when tags is not null and tags is distinct from last_tags then true
            else false
        end as is_first

    from followed

),

numbered as (

    select
        *,
        sum(case when is_first then 1 else 0 end) over (
            partition by account, client_id order by received_at, hit_id
            rows between unbounded preceding and current row
        ) as visit_number

    from opened

),

logged_in as (

    select
        account,
        client_id,
        visit_number,
        max(user_id) as user_id,
        count(*) as hit_count,
        max(received_at) as last_hit_at

    from numbered
    where client_id is not null
    group by account, client_id, visit_number

),

visits as (

    select
        numbered.brand,
        numbered.account,
        -- A visit is called after its first hit, so that it keeps its name while it goes on.
        numbered.hit_id as visit_id,
        numbered.client_id,
        logged_in.user_id,
        numbered.received_at as started_at,
        coalesce(logged_in.last_hit_at, numbered.received_at) as last_hit_at,
        coalesce(logged_in.hit_count, 1) as hit_count,
        numbered.url as landing_url,
        numbered.referrer,
        numbered.device

    from numbered
    left join logged_in
        on numbered.account = logged_in.account
        and numbered.client_id = logged_in.client_id
        and numbered.visit_number = logged_in.visit_number
    where numbered.is_first

)

select * from visits
