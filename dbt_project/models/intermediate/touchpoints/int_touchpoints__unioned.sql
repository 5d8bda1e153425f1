with

visits as (

    select * from {{ ref('int_visits__channelled') }}

),

touched as (

    select * from {{ ref('int_inquiries__touched') }}
    where touch_kind is not null
        and touch_kind <> 'visit'
        and not is_duplicate
        and not is_inherited

),

people as (

    select * from {{ ref('int_people__resolved') }}
    where record_type = 'visit_client'

),

visited as (

    select * from {{ ref('int_inquiries__visited') }}

),

inquirers as (

    select * from {{ ref('int_people__resolved') }}
    where record_type = 'inquiry'

),

refused as (

    select * from {{ source('steps', 'refused_links') }}

),

links as (

    select links.*
    from {{ ref('int_identity__links') }} as links
    left join refused
        on links.node_a = refused.node_a
        and links.node_b = refused.node_b
        and links.matched_by = refused.matched_by
    where refused.node_a is null

),

hubs as (

    select * from {{ ref('int_identifiers__hubs') }}
    where identifier_type = 'client_id'

),

screened as (

    select * from {{ ref('int_inquiries__screened') }}
    where not is_spam
        and not is_employee

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

-- What ties a device to its person, the surest evidence first in the alphabet of trust.
evidence as (

    select
        node_b as node_id,
        brand,
        min(
            case matched_by
                when 'same_client_id' then '1 same_client_id'
                when 'same_visit' then '2 same_visit'
                when 'same_click_id' then '3 same_click_id'
                when 'number_held' then '4 number_held'
                else '5 ' || matched_by
            end
        ) as ranked_evidence

    from links
    where node_b like 'client:%'
    group by node_b, brand

),

devices as (

    select
        people.brand,
        people.record_id as client_id,
        people.person_id,
        coalesce(substr(evidence.ranked_evidence, 3), 'same_user_id') as matched_by

    from people
    left join evidence
        on people.brand = evidence.brand
        and evidence.node_id = 'client:' || people.brand || ':' || people.record_id

),

-- Inquiries that are not tied to the device that they came from: its links contradict one another, or it is nobody's own.
untied as (

    select substr(node_a, length('inquiry:') + 1) as inquiry_id
    from refused
    where node_a like 'inquiry:%'

    union

    select visited.inquiry_id
    from visited
    inner join visits on visited.visit_id = visits.visit_id
    inner join hubs
        on visits.brand = hubs.brand
        and visits.client_id = hubs.identifier_value
    inner join screened on visited.inquiry_id = screened.inquiry_id
    where visited.matched_by in ('same_visit', 'same_client_id')

),

-- On a device of several people, a visit is of whoever wrote during it.
written as (

    select
        visited.visit_id,
        min(inquirers.person_id) as person_id,
        min(visited.matched_by) as matched_by

    from visited
    inner join inquirers on visited.inquiry_id = inquirers.record_id
    inner join untied on visited.inquiry_id = untied.inquiry_id
    group by visited.visit_id
    having count(distinct inquirers.person_id) = 1

),

-- A visit that two clocks put a little after its own inquiry led to it all the same.
led_to as (

    select
        visited.visit_id,
        min(screened.occurred_at) as occurred_at

    from visited
    inner join visits on visited.visit_id = visits.visit_id
    inner join screened on visited.inquiry_id = screened.inquiry_id
    where visits.started_at > screened.occurred_at
        and visits.started_at <= screened.occurred_at + interval 5 minute
    group by visited.visit_id

),

visit_touches as (

    select
        visits.visit_id as touchpoint_id,
        visits.brand,
        case
            when written.person_id is not null then written.person_id
            when devices.person_id is not null then devices.person_id
            when visits.client_id is not null
                then {{ person_id_of('visits.brand', "'client:' || visits.brand || ':' || visits.client_id") }}
            else {{ person_id_of('visits.brand', "'visit:' || visits.visit_id") }}
        end as person_id,
        coalesce(led_to.occurred_at, visits.started_at) as touched_at,
        'visit' as touch_kind,
        visits.channel,
        visits.platform,
        visits.source,
        visits.medium,
        visits.campaign_id,
        visits.campaign_name,
        visits.ad_group_id,
        visits.ad_group_name,
        visits.keyword,
        visits.channel_rule,
        case
            when written.person_id is not null then written.matched_by
            when devices.person_id is not null then devices.matched_by
            when visits.client_id is not null then 'same_client_id'
        end as matched_by,
        visits.visit_id,
        cast(null as varchar) as inquiry_id

    from visits
    left join devices
        on visits.brand = devices.brand
        and visits.client_id = devices.client_id
    left join written on visits.visit_id = written.visit_id
    left join led_to on visits.visit_id = led_to.visit_id

),

inquiry_touches as (

    select
        touchpoint_id,
        brand,
        person_id,
        occurred_at as touched_at,
        touch_kind,
        channel,
        platform,
        source,
        medium,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        keyword,
        channel_rule,
        matched_by,
        cast(null as varchar) as visit_id,
        inquiry_id

    from touched

),

unioned as (

    select * from visit_touches
    union all
    select * from inquiry_touches

),

-- Clocks change on the hour, and reading a time zone is dear: read it once for each hour.
hours as (

    select distinct
        brand,
        date_trunc('hour', touched_at) as utc_hour

    from unioned

),

local_hours as (

    select
        hours.brand,
        hours.utc_hour,
        {{ local_time('hours.utc_hour', 'brands.time_zone') }} - hours.utc_hour as utc_offset

    from hours
    inner join brands on hours.brand = brands.brand

),

dated as (

    select
        unioned.touchpoint_id,
        unioned.brand,
        unioned.person_id,
        unioned.touched_at,
        cast(unioned.touched_at + local_hours.utc_offset as date) as touch_date,
        unioned.touch_kind,
        unioned.channel,
        unioned.platform,
        unioned.source,
        unioned.medium,
        unioned.campaign_id,
        unioned.campaign_name,
        unioned.ad_group_id,
        unioned.ad_group_name,
        unioned.keyword,
        unioned.channel_rule,
        unioned.matched_by,
        unioned.visit_id,
        unioned.inquiry_id

    from unioned
    inner join local_hours
        on unioned.brand = local_hours.brand
        and date_trunc('hour', unioned.touched_at) = local_hours.utc_hour

)

select * from dated
