{# Credit over all journeys at once: what a channel would be missed for, scaled to the conversions that there were. #}

with

effects as (

    select * from {{ source('steps', 'channel_effects') }}

),

channel_sets as (

    select * from {{ ref('int_channel_sets__listed') }}

),

journeys as (

    select * from {{ ref('int_journeys__converted') }}

),

counted as (

    select
        brand,
        conversion_type,
        channel,
        cast(sum(conversion_count) as bigint) as converted_journey_count,
        cast(sum(journey_count) as bigint) as journey_count

    from channel_sets
    group by brand, conversion_type, channel

),

conversions as (

    select
        brand,
        conversion_type,
        count(*) as conversion_count

    from journeys
    group by brand, conversion_type

),

-- Conversions that a coalition of channels can make alone: every journey shares its one evenly.
volumes as (

    select
        brand,
        conversion_type,
        'shapley' as attribution_model,
        channel,
        sum(cast(cast(conversion_count as double) / {{ size_of_set('channel_set') }} as decimal(28, 15))) as effect

    from channel_sets
    group by brand, conversion_type, channel

),

unioned as (

    select
        brand,
        conversion_type,
        attribution_model,
        channel,
        effect

    from effects

    union all

    select
        brand,
        conversion_type,
        attribution_model,
        channel,
        cast(effect as double) as effect

    from volumes

),

-- Decimals add up to the same whatever their order.
summed as (

    select
        *,
        cast(
            sum(cast(effect as decimal(28, 15))) over (partition by brand, conversion_type, attribution_model) as double
        ) as all_effects

    from unioned

),

scaled as (

    select
        summed.brand,
        summed.conversion_type,
        summed.attribution_model,
        summed.channel,
        summed.effect,
        summed.effect / nullif(summed.all_effects, 0) as effect_share,
        conversions.conversion_count * summed.effect / nullif(summed.all_effects, 0) as credited_count,
        coalesce(counted.journey_count, 0) as journey_count,
        coalesce(counted.converted_journey_count, 0) as converted_journey_count

    from summed
    inner join conversions
        on summed.brand = conversions.brand
        and summed.conversion_type = conversions.conversion_type
    left join counted
        on summed.brand = counted.brand
        and summed.conversion_type = counted.conversion_type
        and summed.channel = counted.channel

)

select * from scaled
