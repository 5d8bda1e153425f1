with

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}

),

-- Newsletters write the reader's address into their links, people write numbers into answers.
masked as (

    select
        touchpoint_id,
        brand,
        person_id,
        touched_at,
        touch_date,
        touch_kind,
        channel,
        platform,
        case
            when touch_kind = 'self_reported' then {{ without_contacts('source') }}
            else {{ name_without_contacts('source') }}
        end as source,
        medium,
        campaign_id,
        {{ name_without_contacts('campaign_name') }} as campaign_name,
        ad_group_id,
        {{ name_without_contacts('keyword') }} as keyword,
        matched_by

    from touchpoints

)

select * from masked
