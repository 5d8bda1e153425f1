with

identifiers as (

    select * from {{ ref('int_identifiers__normalised') }}

),

hubs as (

    select * from {{ ref('int_identifiers__hubs') }}

),

names as (

    select * from {{ ref('int_names__normalised') }}

),

contested as (

    select * from {{ ref('int_identifiers__named') }}
    where is_contested

),

contested_nodes as (

    select distinct identifier_node from contested

),

screened as (

    select * from {{ ref('int_inquiries__screened') }}
    where not is_spam
        and not is_employee

),

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

contacts as (

    select * from {{ ref('contacts__unioned') }}

),

deals as (

    select * from {{ ref('deals__unioned') }}

),

visits as (

    select * from {{ ref('visits__unioned') }}
    where client_id is not null

),

urls as (

    select * from {{ ref('int_urls__parsed') }}
    where click_id is not null

),

overrides as (

    select * from {{ ref('stg_rules__identity_overrides') }}
    where decision = 'merge'

),

-- Under a number that two names share, each name is a person of its own; a record without a name is neither's.
own_identifiers as (

    select
        identifiers.node_id as node_a,
        case
            when contested_nodes.identifier_node is null then identifiers.identifier_node
            else identifiers.identifier_node || '#' || {{ stable_id(['contested.person_name']) }}
        end as node_b,
        identifiers.brand,
        case
            when identifiers.identifier_type = 'client_id' then coalesce(screened.client_matched_by, 'same_client_id')
            when contested_nodes.identifier_node is not null then 'same_' || identifiers.identifier_type || '_and_name'
            else 'same_' || identifiers.identifier_type
        end as matched_by,
        case
            when identifiers.identifier_type = 'client_id' and screened.client_matched_by = 'number_held' then 'weak'
            else identifiers.strength
        end as strength,
        identifiers.seen_at

    from identifiers
    left join hubs on identifiers.identifier_node = hubs.identifier_node
    left join contested_nodes on identifiers.identifier_node = contested_nodes.identifier_node
    left join names on identifiers.node_id = names.node_id
    left join contested
        on identifiers.identifier_node = contested.identifier_node
        and names.name_key = contested.name_key
    left join screened
        on case when identifiers.record_type = 'inquiry' then identifiers.record_id end = screened.inquiry_id
    where hubs.identifier_node is null
        and (contested_nodes.identifier_node is null or contested.person_name is not null)
        -- A colleague who tries the form on a client's device is not that client.
        and (identifiers.record_type <> 'inquiry' or screened.inquiry_id is not null)

),

named_visits as (

    select
        'inquiry:' || inquiries.inquiry_id as node_a,
        {{ identifier_node('named.brand', "'client_id'", 'named.client_id') }} as node_b,
        inquiries.brand,
        'same_visit' as matched_by,
        'medium' as strength,
        inquiries.occurred_at as seen_at

    from inquiries
    inner join screened on inquiries.inquiry_id = screened.inquiry_id
    inner join {{ ref('int_visits__named') }} as named on inquiries.inquiry_id = named.inquiry_id
    where named.client_id is not null

),

record_clicks as (

    select
        'inquiry:' || inquiries.inquiry_id as node_id,
        inquiries.brand,
        coalesce(inquiries.click_id, urls.click_id) as click_id,
        inquiries.occurred_at as seen_at

    from inquiries
    inner join screened on inquiries.inquiry_id = screened.inquiry_id
    left join urls on inquiries.page_url = urls.url

    union

    select
        'contact:' || contact_id as node_id,
        brand,
        click_id,
        created_at as seen_at

    from contacts
    where click_id is not null

),

wanted_clicks as (

    select distinct brand, click_id
    from record_clicks
    where click_id is not null

),

-- One click is one device; an address passed on with its click id is on several, and says nothing.
clicked_devices as (

    select
        visits.brand,
        urls.click_id,
        min(visits.client_id) as client_id

    from urls
    inner join visits on urls.url = visits.landing_url
    inner join wanted_clicks
        on visits.brand = wanted_clicks.brand
        and urls.click_id = wanted_clicks.click_id
    group by visits.brand, urls.click_id
    having count(distinct visits.client_id) = 1

),

same_clicks as (

    select
        record_clicks.node_id as node_a,
        {{ identifier_node('record_clicks.brand', "'client_id'", 'clicked_devices.client_id') }} as node_b,
        record_clicks.brand,
        'same_click_id' as matched_by,
        'weak' as strength,
        record_clicks.seen_at

    from record_clicks
    inner join clicked_devices
        on record_clicks.brand = clicked_devices.brand
        and record_clicks.click_id = clicked_devices.click_id

),

named_inquiries as (

    select
        'deal:' || deals.deal_id as node_a,
        'inquiry:' || named_deals.inquiry_id as node_b,
        deals.brand,
        'same_inquiry' as matched_by,
        'strong' as strength,
        deals.created_at as seen_at

    from deals
    inner join {{ ref('int_deals__named') }} as named_deals on deals.deal_id = named_deals.deal_id
    inner join screened on named_deals.inquiry_id = screened.inquiry_id

),

declared as (

    select
        {{ declared_node('brand', 'identifier_type', 'identifier_value') }} as node_a,
        {{ declared_node('brand', 'other_identifier_type', 'other_identifier_value') }} as node_b,
        brand,
        'declared' as matched_by,
        'strong' as strength,
        cast(null as timestamp) as seen_at

    from overrides

),

unioned as (

    select * from own_identifiers
    union all
    select * from named_visits
    union all
    select * from same_clicks
    union all
    select * from named_inquiries
    union all
    select * from declared

),

-- A device that is nobody's own stays cut, whatever else points at it.
cut as (

    select unioned.*
    from unioned
    left join hubs as hubs_a on unioned.node_a = hubs_a.identifier_node
    left join hubs as hubs_b on unioned.node_b = hubs_b.identifier_node
    where hubs_a.identifier_node is null
        and hubs_b.identifier_node is null

),

links as (

    select
        node_a,
        node_b,
        brand,
        matched_by,
        strength,
        min(seen_at) as seen_at

    from cut
    group by node_a, node_b, brand, matched_by, strength

)

select * from links
