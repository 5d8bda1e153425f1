{# Every time a guard kept two records apart: an identifier that is nobody's or that several share, a refused link. #}

with

identifiers as (

    select * from {{ ref('int_identifiers__normalised') }}

),

hubs as (

    select * from {{ ref('int_identifiers__hubs') }}

),

named as (

    select
        identifier_node,
        max(person_count) as person_count

    from {{ ref('int_identifiers__named') }}
    where is_contested
    group by identifier_node

),

refused as (

    select * from {{ source('steps', 'refused_links') }}

),

met as (

    select
        brand,
        identifier_node,
        identifier_type,
        identifier_value,
        count(distinct node_id) as record_count,
        min(seen_at) as first_seen_at,
        min(node_id) as first_node_id

    from identifiers
    group by brand, identifier_node, identifier_type, identifier_value

),

cut as (

    select
        met.brand,
        hubs.reason as guard,
        met.identifier_type,
        met.identifier_value,
        met.first_node_id,
        met.record_count,
        greatest(hubs.person_count, hubs.other_count) as person_count,
        cast(null as varchar) as matched_by,
        cast(null as varchar) as contradiction,
        met.first_seen_at

    from hubs
    inner join met on hubs.identifier_node = met.identifier_node

),

shared as (

    select
        met.brand,
        'contested' as guard,
        met.identifier_type,
        met.identifier_value,
        met.first_node_id,
        met.record_count,
        named.person_count,
        cast(null as varchar) as matched_by,
        'names' as contradiction,
        met.first_seen_at

    from named
    inner join met on named.identifier_node = met.identifier_node
    left join hubs on named.identifier_node = hubs.identifier_node
    where hubs.identifier_node is null

),

-- A link that was refused has the record first and what it holds second.
stopped as (

    select
        refused.brand,
        case when refused.reason = 'declared' then 'separated' else 'contradiction' end as guard,
        coalesce(met.identifier_type, {{ dbt.split_part('refused.node_b', "':'", 1) }}) as identifier_type,
        met.identifier_value,
        refused.node_a as first_node_id,
        coalesce(met.record_count, 1) as record_count,
        2 as person_count,
        refused.matched_by,
        refused.reason as contradiction,
        refused.seen_at as first_seen_at

    from refused
    left join met on {{ dbt.split_part('refused.node_b', "'#'", 1) }} = met.identifier_node

),

unioned as (

    select * from cut
    union all
    select * from shared
    union all
    select * from stopped

),

guarded as (

    select
        brand,
        guard,
        identifier_type,
        identifier_value,
        first_node_id,
        record_count,
        person_count,
        matched_by,
        contradiction,
        first_seen_at,
        row_number() over (
            partition by brand, guard, identifier_type, first_node_id order by matched_by, identifier_value
        ) as place

    from unioned

)

select * from guarded
