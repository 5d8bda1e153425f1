{# The same share to each channel, however often it was touched; a channel's touches share its part evenly. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

channelled as (

    select
        conversion_id,
        touchpoint_id,
        count(*) over (partition by conversion_id, channel) as channel_touch_count,
        row_number() over (partition by conversion_id, channel order by touch_number) as channel_touch_number

    from touchpoints

),

counted as (

    select
        conversion_id,
        touchpoint_id,
        channel_touch_count,
        count(case when channel_touch_number = 1 then 1 end) over (partition by conversion_id) as channel_count

    from channelled

),

credited as (

    select
        conversion_id,
        touchpoint_id,
        'linear_distinct' as attribution_model,
        cast(1 as double) / channel_count / channel_touch_count as credit

    from counted

)

select * from credited
