{# The last click on a platform's ads that the device of an inquiry still carries: what the platform goes by, however
   many other contacts came after it. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

parsed as (

    select * from {{ ref('int_inquiries__parsed') }}

),

visits as (

    select * from {{ ref('int_visits__channelled') }}

),

-- Whose device it was stands in a table, and the channel is not asked for.
own_visits as (

    select * from {{ ref('int_visits__parsed') }}

),

words as (

    select * from {{ ref('int_platforms__worded') }}

),

-- A click id that ads and other links share is an ad's where no tag says otherwise: the platform knows which, and we
-- have lost the tags.
click_ids as (

    select
        click_ids.click_id_type,
        click_ids.platform,
        coalesce(click_ids.platform, words.platform) as likely_platform

    from {{ ref('stg_rules__click_ids') }} as click_ids
    left join words on {{ word_key('click_ids.source') }} = words.source_key

),

clicks as (

    select
        visits.visit_id,
        visits.brand,
        visits.client_id,
        visits.started_at,
        visits.click_id_type,
        visits.click_id,
        case
            when click_ids.platform is not null then click_ids.platform
            when visits.platform = click_ids.likely_platform then visits.platform
            when visits.platform is null and not visits.is_campaign_named then click_ids.likely_platform
        end as platform,
        case when visits.platform = click_ids.likely_platform then visits.campaign_id end as campaign_id

    from visits
    inner join click_ids on visits.click_id_type = click_ids.click_id_type
    where visits.click_id is not null

),

devices as (

    select
        inquiries.inquiry_id,
        inquiries.brand,
        inquiries.occurred_at,
        inquiries.visit_id,
        parsed.click_id_type,
        parsed.click_id,
        -- Who sends the click of a page and no device may be a robot on another: that click is all it carries.
        case
            when inquiries.client_id is not null then inquiries.client_id
            when coalesce(inquiries.touch_matched_by, '') <> 'same_click_id' then own_visits.client_id
        end as client_id

    from inquiries
    inner join parsed on inquiries.inquiry_id = parsed.inquiry_id
    left join own_visits on inquiries.visit_id = own_visits.visit_id

),

carried as (

    select
        devices.inquiry_id,
        devices.brand,
        clicks.platform,
        clicks.visit_id,
        clicks.campaign_id,
        clicks.started_at as clicked_at

    from devices
    inner join clicks
        on devices.brand = clicks.brand
        and clicks.platform is not null
        and devices.client_id = clicks.client_id
        -- Two clocks never agree to the second.
        and clicks.started_at <= devices.occurred_at + interval 5 minute

    union

    select
        devices.inquiry_id,
        devices.brand,
        clicks.platform,
        clicks.visit_id,
        clicks.campaign_id,
        clicks.started_at as clicked_at

    from devices
    inner join clicks
        on devices.visit_id = clicks.visit_id
        and clicks.platform is not null

    union

    -- What the form itself was sent with counts, also where its clock says that it was sent before the click.
    select
        devices.inquiry_id,
        devices.brand,
        clicks.platform,
        clicks.visit_id,
        clicks.campaign_id,
        clicks.started_at as clicked_at

    from devices
    inner join clicks
        on devices.brand = clicks.brand
        and devices.click_id_type = clicks.click_id_type
        and devices.click_id = clicks.click_id
        and clicks.platform is not null
        and (devices.client_id is null or devices.client_id = clicks.client_id)

),

last_clicks as (

    select * from carried
    qualify row_number() over (
        partition by inquiry_id, platform order by clicked_at desc, visit_id desc
    ) = 1

)

select * from last_clicks
