{# Journeys hold numbers instead of names, and their sets of channels are rows of bits: both are joined and counted at a
   fraction of what names cost. However many channels a brand has, there is a bit for each. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}

),

channels as (

    select distinct
        brand,
        channel

    from touchpoints

),

numbered as (

    select
        brand,
        channel,
        cast(row_number() over (partition by brand order by channel) as integer) as channel_number,
        count(*) over (partition by brand) as brand_channel_count

    from channels

),

single as (

    select
        brand,
        channel,
        channel_number,
        {{ set_of_one('channel_number', 'brand_channel_count') }} as channel_set,
        channel = 'Direct' as is_direct,
        channel like 'Paid %' or channel in ('Display', 'Cross-network', 'Affiliates') as is_paid

    from numbered

)

select * from single
