with

google_campaigns as (

    select
        brand,
        'google_ads' as source,
        account,
        'google_ads' as platform,
        campaign_id,
        campaign_name,
        channel_type,
        max(spend_date) as last_used_date

    from {{ ref('stg_google_ads__campaign_days') }}
    group by brand, account, campaign_id, campaign_name, channel_type

),

google_clicks as (

    select
        brand,
        'google_ads' as source,
        account,
        'google_ads' as platform,
        campaign_id,
        campaign_name,
        cast(null as varchar) as channel_type,
        max(clicked_date) as last_used_date

    from {{ ref('stg_google_ads__click_view') }}
    where campaign_id is not null
    group by brand, account, campaign_id, campaign_name

),

google_calls as (

    select
        brand,
        'google_ads' as source,
        account,
        'google_ads' as platform,
        campaign_id,
        campaign_name,
        cast(null as varchar) as channel_type,
        max(call_date) as last_used_date

    from {{ ref('stg_google_ads__call_view') }}
    where campaign_id is not null
    group by brand, account, campaign_id, campaign_name

),

google_leads as (

    select
        brand,
        'google_ads' as source,
        account,
        'google_ads' as platform,
        campaign_id,
        campaign_name,
        cast(null as varchar) as channel_type,
        max(cast(submitted_at as date)) as last_used_date

    from {{ ref('stg_google_ads__lead_form_submission_data') }}
    where campaign_id is not null
    group by brand, account, campaign_id, campaign_name

),

meta_campaigns as (

    select
        brand,
        'meta_ads' as source,
        account,
        'meta_ads' as platform,
        campaign_id,
        campaign_name,
        cast(null as varchar) as channel_type,
        max(spend_date) as last_used_date

    from {{ ref('stg_meta_ads__ad_days') }}
    group by brand, account, campaign_id, campaign_name

),

meta_leads as (

    select
        brand,
        'meta_ads' as source,
        account,
        'meta_ads' as platform,
        campaign_id,
        campaign_name,
        cast(null as varchar) as channel_type,
        max(cast(created_at as date)) as last_used_date

    from {{ ref('stg_meta_ads__leads') }}
    where campaign_id is not null
    group by brand, account, campaign_id, campaign_name

),

tiktok_campaigns as (

    select
        brand,
        'tiktok_ads' as source,
        account,
        'tiktok_ads' as platform,
        campaign_id,
        campaign_name,
        cast(null as varchar) as channel_type,
        max(spend_date) as last_used_date

    from {{ ref('stg_tiktok_ads__ad_days') }}
    group by brand, account, campaign_id, campaign_name

),

-- A campaign that was only ever shown in one place is of that type; one in both is of neither.
yandex_networks as (

    select
        brand,
        account,
        campaign_id,
        case when count(distinct ad_network_type) = 1 then max(ad_network_type) end as channel_type

    from {{ ref('stg_yandex_direct__criterion_days') }}
    group by brand, account, campaign_id

),

yandex_days as (

    select
        brand,
        account,
        campaign_id,
        campaign_name,
        max(spend_date) as last_used_date

    from {{ ref('stg_yandex_direct__criterion_days') }}
    group by brand, account, campaign_id, campaign_name

),

yandex_campaigns as (

    select
        yandex_days.brand,
        'yandex_direct' as source,
        yandex_days.account,
        'yandex_direct' as platform,
        yandex_days.campaign_id,
        yandex_days.campaign_name,
        yandex_networks.channel_type,
        yandex_days.last_used_date

    from yandex_days
    left join yandex_networks
        on yandex_days.brand = yandex_networks.brand
        and yandex_days.account = yandex_networks.account
        and yandex_days.campaign_id = yandex_networks.campaign_id

),

microsoft_campaigns as (

    select
        brand,
        'microsoft_ads' as source,
        account,
        'microsoft_ads' as platform,
        campaign_id,
        campaign_name,
        upper(campaign_type) as channel_type,
        max(spend_date) as last_used_date

    from {{ ref('stg_microsoft_ads__campaign_days') }}
    group by brand, account, campaign_id, campaign_name, upper(campaign_type)

),

linkedin_campaigns as (

    select
        brand,
        'linkedin_ads' as source,
        account,
        'linkedin_ads' as platform,
        campaign_id,
        campaign_name,
        cast(null as varchar) as channel_type,
        landed_day as last_used_date

    from {{ ref('stg_linkedin_ads__campaigns') }}

),

manual_campaigns as (

    select
        brand,
        'manual' as source,
        account,
        lower(platform) as platform,
        campaign_id,
        campaign_name,
        cast(null as varchar) as channel_type,
        max(spend_date) as last_used_date

    from {{ ref('stg_manual__spend') }}
    group by brand, account, lower(platform), campaign_id, campaign_name

),

unioned as (

    select * from google_campaigns
    union all
    select * from google_clicks
    union all
    select * from google_calls
    union all
    select * from google_leads
    union all
    select * from meta_campaigns
    union all
    select * from meta_leads
    union all
    select * from tiktok_campaigns
    union all
    select * from yandex_campaigns
    union all
    select * from microsoft_campaigns
    union all
    select * from linkedin_campaigns
    union all
    select * from manual_campaigns

),

listed as (

    select
        brand,
        platform,
        campaign_id,
        campaign_name,
        -- A campaign of a platform without ids is its name.
        coalesce(campaign_id, lower(campaign_name)) as campaign_key,
        max(channel_type) as channel_type,
        max(last_used_date) as last_used_date

    from unioned
    group by brand, platform, campaign_id, campaign_name

)

select * from listed
