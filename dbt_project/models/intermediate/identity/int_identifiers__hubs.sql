{# Identifiers that are nobody's own. They stay on their records and tie nobody to anybody. #}

with

identifiers as (

    select * from {{ ref('int_identifiers__normalised') }}

),

named_people as (

    select
        identifier_node,
        max(person_count) as person_count

    from {{ ref('int_identifiers__named') }}
    group by identifier_node

),

blocklist as (

    select * from {{ ref('stg_rules__identifier_blocklist') }}

),

employees as (

    select * from {{ ref('int_employees__read') }}

),

tracking_numbers as (

    select distinct brand, number_digits as digits
    from {{ ref('int_tracking_numbers__read') }}

),

reception_numbers as (

    select distinct brand, {{ phone_digits('business_phone_number') }} as digits
    from {{ ref('stg_callrail__calls') }}

    union

    select distinct brand, {{ phone_digits('destination_number') }} as digits
    from {{ ref('stg_callrail__trackers') }}

    union

    select distinct brand, {{ phone_digits('tracking_number') }} as digits
    from {{ ref('stg_calltouch__calls') }}

    union

    select distinct brand, {{ phone_digits('redirect_number') }} as digits
    from {{ ref('stg_calltouch__calls') }}

    union

    select distinct brand, {{ phone_digits('virtual_phone_number') }} as digits
    from {{ ref('stg_comagic__calls') }}

),

own_numbers as (

    select brand, digits from tracking_numbers
    union
    select brand, digits from reception_numbers

),

known as (

    select
        brand,
        identifier_type,
        identifier_value,
        identifier_node,
        {{ phone_digits('identifier_value') }} as digits,
        count(distinct node_id) as record_count,
        count(distinct case when record_type = 'visit_client' then node_id end) as client_count

    from identifiers
    group by brand, identifier_type, identifier_value, identifier_node

),

strong as (

    select node_id, identifier_type, identifier_value
    from identifiers
    where identifier_type in ('email', 'phone')

),

-- How many addresses, and how many numbers, were met on the records of an identifier.
met_with as (

    select
        identifiers.identifier_node,
        strong.identifier_type as other_type,
        count(distinct strong.identifier_value) as other_count

    from identifiers
    inner join strong
        on identifiers.node_id = strong.node_id
        and identifiers.identifier_type <> strong.identifier_type
    where identifiers.identifier_type <> 'contact_id'
    group by identifiers.identifier_node, strong.identifier_type

),

crowded as (

    select
        identifier_node,
        max(other_count) as other_count

    from met_with
    group by identifier_node

),

reasons as (

    select known.identifier_node, 'blocklist' as reason
    from known
    inner join blocklist
        on known.identifier_type = blocklist.identifier_type
        and lower(known.identifier_value) = blocklist.identifier_value

    union all

    select known.identifier_node, 'employee' as reason
    from known
    inner join employees
        on known.brand = employees.brand
        and known.identifier_type = employees.identifier_type
        and case
            when known.identifier_type = 'phone' then known.digits
            else {{ without_plus_tag('known.identifier_value') }}
        end = employees.identifier_value

    union all

    select known.identifier_node, 'own_number' as reason
    from known
    inner join own_numbers
        on known.identifier_type = 'phone'
        and known.brand = own_numbers.brand
        and known.digits = own_numbers.digits

    union all

    select identifier_node, 'shared' as reason
    from crowded
    where other_count > {{ var('identity_hub_cap') }}

    union all

    -- A reception that only calls shows by the names how many sit there.
    select identifier_node, 'shared' as reason
    from named_people
    where person_count > {{ var('identity_hub_cap') }}

    union all

    -- A login that many devices use is an office's or a mistake of the site.
    select identifier_node, 'shared' as reason
    from known
    where identifier_type = 'user_id'
        and client_count > {{ var('identity_client_cap') }}

),

first_reasons as (

    select
        identifier_node,
        min(reason) as reason

    from reasons
    group by identifier_node

),

hubs as (

    select
        known.brand,
        known.identifier_type,
        known.identifier_value,
        known.identifier_node,
        first_reasons.reason,
        coalesce(crowded.other_count, 0) as other_count,
        coalesce(named_people.person_count, 0) as person_count,
        known.record_count

    from known
    inner join first_reasons on known.identifier_node = first_reasons.identifier_node
    left join crowded on known.identifier_node = crowded.identifier_node
    left join named_people on known.identifier_node = named_people.identifier_node

)

select * from hubs
