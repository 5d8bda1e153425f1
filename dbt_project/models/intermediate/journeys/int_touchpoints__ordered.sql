{# The one sort of all touches: a journey is a piece of what its person did, so what comes before and after a touch is
   the same in every journey that holds both. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}
    where person_id is not null

),

channels as (

    select * from {{ ref('int_channels__numbered') }}

),

-- Two touches of one second have an order too, the same every night.
ordered as (

    select
        touchpoints.touchpoint_id,
        touchpoints.brand,
        touchpoints.person_id,
        channels.channel_number,
        lag(channels.channel_number) over person as previous_channel_number,
        lead(channels.channel_number) over person as next_channel_number,
        cast(row_number() over person as integer) as person_touch_number,
        touchpoints.touched_at,
        lag(touchpoints.touched_at) over person as previous_touched_at

    from touchpoints
    inner join channels
        on touchpoints.brand = channels.brand
        and touchpoints.channel = channels.channel
    window person as (
        partition by touchpoints.brand, touchpoints.person_id order by touchpoints.touched_at, touchpoints.touchpoint_id
    )

)

select * from ordered
