with

guarded as (

    select * from {{ ref('int_identity__guarded') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

published as (

    select
        guarded.brand,
        {{ stable_id(['guarded.brand', 'guarded.guard', 'guarded.identifier_type', 'guarded.first_node_id', 'guarded.place']) }}
            as guard_id,
        guarded.guard,
        guarded.identifier_type,
        case guarded.identifier_type
            when 'email' then {{ masked_email('guarded.identifier_value', 'guarded.identifier_value') }}
            when 'phone' then {{ masked_phone('guarded.identifier_value', 'guarded.identifier_value') }}
        end as identifier_masked,
        case
            when guarded.identifier_type in ('email', 'phone') then {{ keyed_hash('guarded.identifier_value') }}
        end as identifier_hash,
        guarded.record_count,
        cast(guarded.person_count as bigint) as person_count,
        guarded.matched_by,
        guarded.contradiction,
        cast({{ local_time('guarded.first_seen_at', 'brands.time_zone') }} as date) as first_seen_date

    from guarded
    inner join brands on guarded.brand = brands.brand

)

select * from published
