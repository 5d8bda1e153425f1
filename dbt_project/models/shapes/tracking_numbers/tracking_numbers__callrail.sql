with

trackers as (

    select * from {{ ref('stg_callrail__trackers') }}

),

tracker_channels as (

    select * from {{ ref('stg_rules__tracker_channels') }}

),

tracker_numbers as (

    select
        *,
        {{ json_elements('tracking_numbers') }} as tracking_number

    from trackers

),

shaped as (

    select
        tracker_numbers.brand,
        'callrail' as source,
        tracker_numbers.account,
        tracker_numbers.tracking_number,
        case when tracker_numbers.type = 'session' then 'pool' else 'static' end as kind,
        case when tracker_numbers.type = 'session' then null else tracker_channels.channel end as channel,
        case when tracker_numbers.type = 'session' then null else tracker_channels.platform end as platform,
        -- What is painted on a billboard has no campaign but the tracker's own name.
        case when tracker_channels.channel = 'Offline' then tracker_numbers.name end as campaign_name,
        tracker_numbers.created_at as held_from,
        tracker_numbers.disabled_at as held_to

    from tracker_numbers
    left join tracker_channels on tracker_numbers.source_type = tracker_channels.source_type

)

select * from shaped
