-- What is credited over all journeys is what is credited one by one.
with

effects as (

    select
        brand,
        conversion_type,
        attribution_model,
        sum(credited_count) as credited_count

    from {{ ref('channel_effects') }}
    group by brand, conversion_type, attribution_model

),

conversions as (

    select
        brand,
        conversion_type,
        count(*) as conversion_count

    from {{ ref('int_journeys__converted') }}
    group by brand, conversion_type

)

select
    conversions.brand,
    conversions.conversion_type,
    effects.attribution_model,
    effects.credited_count,
    conversions.conversion_count

from effects
inner join conversions
    on effects.brand = conversions.brand
    and effects.conversion_type = conversions.conversion_type
where abs(effects.credited_count - conversions.conversion_count) > 0.000001
