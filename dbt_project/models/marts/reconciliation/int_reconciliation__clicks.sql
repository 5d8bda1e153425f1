{# Google names the campaign of a click for 90 days: what was not harvested by then stays unknown. #}

{{ config(materialized = 'view', access = 'private') }}

with

visits as (

    select * from {{ ref('int_visits__channelled') }}
    where click_id_type = 'gclid'

),

seen as (

    select
        brand,
        click_id,
        bool_or(is_click_resolved) as is_resolved,
        cast(min(started_at) as date) < {{ as_of_day() }} - 90 as is_too_old

    from visits
    group by brand, click_id

),

clicks as (

    select
        brand,
        'warehouse' as source,
        cast(null as varchar) as account,
        'clicks_gclid' as quantity,
        null as landed,
        count(*) filter (where not is_resolved and is_too_old) as rejected,
        count(*) as staged,
        count(*) filter (where is_resolved) as published,
        0 as difference

    from seen
    group by brand

)

select * from clicks
