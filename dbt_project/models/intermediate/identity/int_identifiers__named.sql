{# Whose names stand on the records of an address or a number. Names that agree are one person's. #}

with

identifiers as (

    select * from {{ ref('int_identifiers__normalised') }}
    where identifier_type in ('email', 'phone')

),

names as (

    select * from {{ ref('int_names__normalised') }}

),

-- Nonsense that several people type alike.
unreachable as (

    select distinct email_normalised as email
    from {{ source('steps', 'emails') }}
    where not is_valid
        and email_normalised is not null

),

named as (

    select
        identifiers.brand,
        identifiers.identifier_type,
        identifiers.identifier_node,
        names.name_key,
        names.words,
        -- A couple's two names can read like one person's three.
        min(names.word_count) as word_count,
        count(distinct identifiers.node_id) as record_count

    from identifiers
    inner join names on identifiers.node_id = names.node_id
    group by
        identifiers.brand, identifiers.identifier_type, identifiers.identifier_node,
        names.name_key, names.words

),

counted as (

    select
        *,
        count(*) over (partition by identifier_node) as name_count

    from named

),

-- What hundreds use is nobody's own however their names compare.
compared as (

    select
        mine.identifier_node,
        mine.name_key,
        mine.word_count,
        theirs.name_key as other_name_key,
        theirs.word_count as other_word_count,
        theirs.record_count as other_record_count

    from counted as mine
    inner join counted as theirs
        on mine.identifier_node = theirs.identifier_node
        and {{ names_agree('mine.words', 'theirs.words') }}
    where mine.name_count between 2 and 50
        and theirs.word_count >= 2

),

-- The fullest of the names that agree stands for them.
represented as (

    select
        identifier_node,
        name_key,
        other_name_key as person_name

    from compared
    qualify row_number() over (
        partition by identifier_node, name_key
        order by other_word_count desc, length(other_name_key) desc, other_record_count desc, other_name_key
    ) = 1

),

-- A first name alone, an initial or a short form may fit several people of a household, and then it says nothing.
fitting as (

    select
        compared.identifier_node,
        compared.name_key,
        count(distinct represented.person_name) as person_count

    from compared
    inner join represented
        on compared.identifier_node = represented.identifier_node
        and compared.other_name_key = represented.name_key
    group by compared.identifier_node, compared.name_key

),

grouped as (

    select
        counted.brand,
        counted.identifier_type,
        counted.identifier_node,
        counted.name_key,
        counted.record_count,
        case
            when counted.name_count > 50 then counted.name_key
            when fitting.person_count > 1 and represented.person_name <> counted.name_key then null
            when counted.name_count = 1 and counted.word_count > 1 then counted.name_key
            else represented.person_name
        end as person_name

    from counted
    left join represented
        on counted.identifier_node = represented.identifier_node
        and counted.name_key = represented.name_key
    left join fitting
        on counted.identifier_node = fitting.identifier_node
        and counted.name_key = fitting.name_key

),

totals as (

    select
        identifier_node,
        count(distinct person_name) as person_count

    from grouped
    group by identifier_node

),

phones as (

    select node_id, identifier_node as phone_node
    from identifiers
    where identifier_type = 'phone'

),

-- One address under two names is a couple's only where each has a number of his own; else it is one person's two names.
numbers_of_names as (

    select distinct
        identifiers.identifier_node,
        grouped.person_name,
        phones.phone_node

    from identifiers
    inner join names on identifiers.node_id = names.node_id
    inner join grouped
        on identifiers.identifier_node = grouped.identifier_node
        and names.name_key = grouped.name_key
    inner join totals on identifiers.identifier_node = totals.identifier_node
    inner join phones on identifiers.node_id = phones.node_id
    where identifiers.identifier_type = 'email'
        and totals.person_count > 1
        and grouped.person_name is not null

),

apart as (

    select
        identifier_node,
        count(distinct person_name) as person_count,
        count(*) as number_count,
        count(distinct phone_node) as distinct_number_count

    from numbers_of_names
    group by identifier_node

),

unreachable_nodes as (

    select distinct identifiers.identifier_node
    from identifiers
    inner join unreachable on identifiers.identifier_value = unreachable.email
    where identifiers.identifier_type = 'email'

),

named_people as (

    select
        grouped.brand,
        grouped.identifier_type,
        grouped.identifier_node,
        grouped.name_key,
        grouped.person_name,
        grouped.record_count,
        totals.person_count,
        case
            when grouped.identifier_type = 'phone' or unreachable_nodes.identifier_node is not null
                then totals.person_count > 1
            else coalesce(
                totals.person_count > 1
                and apart.person_count = totals.person_count
                and apart.number_count = apart.distinct_number_count,
                false
            )
        end as is_contested

    from grouped
    inner join totals on grouped.identifier_node = totals.identifier_node
    left join apart on grouped.identifier_node = apart.identifier_node
    left join unreachable_nodes on grouped.identifier_node = unreachable_nodes.identifier_node

)

select * from named_people
