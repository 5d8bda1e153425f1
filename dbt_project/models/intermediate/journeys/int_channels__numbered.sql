{# A set of channels is a row of bits, so that sets are joined and counted without sorting names. However many channels a
   brand has, there is a bit for each. #}

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
        row_number() over (partition by brand order by channel) as channel_number,
        count(*) over (partition by brand) as brand_channel_count

    from channels

),

single as (

    select
        brand,
        channel,
        channel_number,
        {{ set_of_one('channel_number', 'brand_channel_count') }} as channel_set

    from numbered

)

select * from single
