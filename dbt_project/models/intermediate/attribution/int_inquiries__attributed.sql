with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}

),

lookback_windows as (

    select * from {{ ref('int_lookback_windows__resolved') }}
    where conversion_type = 'lead'

),

own_touches as (

    select
        inquiries.inquiry_id,
        touchpoints.touchpoint_id,
        touchpoints.channel,
        touchpoints.platform,
        touchpoints.campaign_id,
        touchpoints.campaign_name

    from inquiries
    inner join touchpoints on inquiries.touchpoint_id = touchpoints.touchpoint_id

),

untouched as (

    select inquiries.*
    from inquiries
    left join own_touches on inquiries.inquiry_id = own_touches.inquiry_id
    where own_touches.inquiry_id is null

),

-- Who calls without saying where from has perhaps been on the site last week.
earlier_touches as (

    select
        untouched.inquiry_id,
        touchpoints.touchpoint_id,
        touchpoints.channel,
        touchpoints.platform,
        touchpoints.campaign_id,
        touchpoints.campaign_name

    from untouched
    cross join lookback_windows
    inner join touchpoints
        on untouched.brand = touchpoints.brand
        and untouched.person_id = touchpoints.person_id
        and touchpoints.touched_at <= untouched.occurred_at
        and touchpoints.touched_at >= {{ dbt.dateadd('day', '-lookback_windows.days', 'untouched.occurred_at') }}
    qualify row_number() over (
        partition by untouched.inquiry_id order by touchpoints.touched_at desc, touchpoints.touchpoint_id desc
    ) = 1

),

touches as (

    select * from own_touches
    union all
    select * from earlier_touches

),

attributed as (

    select
        inquiries.inquiry_id,
        inquiries.brand,
        touches.touchpoint_id,
        coalesce(touches.channel, 'unattributed') as channel,
        touches.platform,
        touches.campaign_id,
        touches.campaign_name

    from inquiries
    left join touches on inquiries.inquiry_id = touches.inquiry_id

)

select * from attributed
