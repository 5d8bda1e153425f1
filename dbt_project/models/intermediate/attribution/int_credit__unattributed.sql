with

conversions as (

    select * from {{ ref('int_conversions__unioned') }}

),

journeys as (

    select * from {{ ref('int_journeys__converted') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}

),

known_people as (

    select distinct person_id
    from {{ source('steps', 'person_components') }}

),

attribution_models as (

    select * from {{ ref('int_attribution_models__listed') }}

),

untouched as (

    select conversions.*
    from conversions
    left join journeys on conversions.conversion_number = journeys.conversion_number
    where journeys.conversion_number is null

),

first_touches as (

    select
        untouched.conversion_number,
        min(touchpoints.touched_at) as first_touched_at

    from untouched
    inner join touchpoints
        on untouched.brand = touchpoints.brand
        and untouched.person_id = touchpoints.person_id
    group by untouched.conversion_number

),

-- An inquiry or a deal with nothing that ties it to anything else is of a person nobody knows.
explained as (

    select
        untouched.conversion_number,
        case
            when first_touches.first_touched_at <= untouched.converted_at then 'outside_lookback'
            when first_touches.first_touched_at > untouched.converted_at then 'only_later_touches'
            when known_people.person_id is null then 'person_unknown'
            else 'no_touch'
        end as unattributed_reason

    from untouched
    left join first_touches on untouched.conversion_number = first_touches.conversion_number
    left join known_people on untouched.person_id = known_people.person_id

),

-- What could not be solved for a brand is said, rather than something else computed.
solved as (

    select distinct
        brand,
        conversion_type

    from {{ source('steps', 'channel_effects') }}
    where attribution_model = 'shapley_rate'

),

unsolved as (

    select journeys.conversion_number
    from journeys
    left join solved
        on journeys.brand = solved.brand
        and journeys.conversion_type = solved.conversion_type
    where solved.brand is null

),

unattributed as (

    select
        explained.conversion_number,
        cast(null as integer) as touch_number,
        attribution_models.attribution_model,
        cast(1 as double) as credit,
        explained.unattributed_reason

    from explained
    cross join attribution_models

    union all

    select
        conversion_number,
        cast(null as integer) as touch_number,
        'shapley_rate' as attribution_model,
        cast(1 as double) as credit,
        'too_many_channels' as unattributed_reason

    from unsolved

)

select * from unattributed
