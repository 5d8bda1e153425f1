{# What models ask about a whole journey is worked out here once. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

channels as (

    select * from {{ ref('int_channels__numbered') }}

),

converted as (

    select
        touchpoints.conversion_number,
        conversions.brand,
        conversions.conversion_type,
        max(touchpoints.path_length) as path_length,
        max(case when not channels.is_direct then touchpoints.touch_number end) as last_non_direct_number,
        min(case when channels.is_paid then touchpoints.touch_number end) as first_paid_number,
        max(case when channels.is_paid then touchpoints.touch_number end) as last_paid_number,
        {{ union_of_sets('channels.channel_set') }} as channel_set

    from touchpoints
    inner join conversions on touchpoints.conversion_number = conversions.conversion_number
    inner join channels
        on conversions.brand = channels.brand
        and touchpoints.channel_number = channels.channel_number
    group by touchpoints.conversion_number, conversions.brand, conversions.conversion_type

)

select * from converted
