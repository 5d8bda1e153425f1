with

-- Clicks, calls and leads name campaigns too, also those that cost nothing on the days that were read.
named as (

    select brand, campaign_id, campaign_name, channel_type, spend_date as used_date
    from {{ ref('stg_google_ads__campaign_days') }}

    union all

    select brand, campaign_id, campaign_name, null as channel_type, clicked_date as used_date
    from {{ ref('stg_google_ads__click_view') }}
    where campaign_id is not null

    union all

    select brand, campaign_id, campaign_name, null as channel_type, call_date as used_date
    from {{ ref('stg_google_ads__call_view') }}
    where campaign_id is not null

    union all

    select brand, campaign_id, campaign_name, null as channel_type, cast(submitted_at as date) as used_date
    from {{ ref('stg_google_ads__lead_form_submission_data') }}
    where campaign_id is not null

),

shaped as (

    select
        brand,
        'google_ads' as platform,
        campaign_id,
        campaign_name,
        channel_type,
        max(used_date) as last_used_date

    from named
    group by brand, campaign_id, campaign_name, channel_type

)

select * from shaped
