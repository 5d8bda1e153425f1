{# The one sort of all touches: a journey is a piece of what its person did, so what comes before and after a touch is
   the same in every journey that holds both. #}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}
    where person_id is not null

),

-- Two touches of one second have an order too, the same every night.
ordered as (

    select
        touchpoint_id,
        brand,
        person_id,
        channel,
        lag(channel) over person as previous_channel,
        lead(channel) over person as next_channel,
        row_number() over person as person_touch_number,
        touched_at,
        lag(touched_at) over person as previous_touched_at,
        max(touched_at) over (person rows between unbounded preceding and unbounded following) as last_touched_at

    from touchpoints
    window person as (partition by brand, person_id order by touched_at, touchpoint_id)

)

select * from ordered
