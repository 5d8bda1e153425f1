with

google_days as (

    select * from {{ ref('stg_google_ads__campaign_days') }}

),

google_accounts as (

    select * from {{ ref('stg_google_ads__customer') }}

),

meta_days as (

    select * from {{ ref('stg_meta_ads__ad_days') }}

),

tiktok_days as (

    select * from {{ ref('stg_tiktok_ads__ad_days') }}

),

tiktok_accounts as (

    select * from {{ ref('stg_tiktok_ads__advertiser') }}

),

yandex_days as (

    select * from {{ ref('stg_yandex_direct__criterion_days') }}

),

yandex_clients as (

    select
        account,
        max(currency) as currency

    from {{ ref('stg_yandex_direct__client') }}
    group by account

),

microsoft_days as (

    select * from {{ ref('stg_microsoft_ads__campaign_days') }}

),

linkedin_days as (

    select * from {{ ref('stg_linkedin_ads__campaign_days') }}

),

linkedin_accounts as (

    select * from {{ ref('stg_linkedin_ads__account') }}

),

manual_spend as (

    select * from {{ ref('stg_manual__spend') }}

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

),

-- The campaign level alone holds all spend: some campaign types have no keywords or ads below them.
google as (

    select
        google_days.brand,
        'google_ads' as source,
        google_days.account,
        google_days.spend_date,
        'google_ads' as platform,
        google_days.campaign_id,
        max(google_days.campaign_name) as campaign_name,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_group_name,
        cast(null as varchar) as keyword,
        sum(google_days.cost) as spend_original,
        max(google_accounts.currency_code) as currency,
        sum(google_days.impressions) as impressions,
        sum(google_days.clicks) as clicks,
        sum(google_days.platform_conversions) as platform_conversions

    from google_days
    left join google_accounts
        on google_days.account = google_accounts.account
        and google_days.customer_id = google_accounts.customer_id
    group by
        google_days.brand, google_days.account, google_days.customer_id, google_days.spend_date, google_days.campaign_id

),

meta as (

    select
        brand,
        'meta_ads' as source,
        account,
        spend_date,
        'meta_ads' as platform,
        campaign_id,
        max(campaign_name) as campaign_name,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_group_name,
        cast(null as varchar) as keyword,
        sum(spend) as spend_original,
        currency,
        sum(impressions) as impressions,
        -- Clicks on the link, as Google counts them; Meta's own clicks hold likes and comments too.
        sum(inline_link_clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from meta_days
    group by brand, account, spend_date, campaign_id, currency

),

tiktok as (

    select
        tiktok_days.brand,
        'tiktok_ads' as source,
        tiktok_days.account,
        tiktok_days.spend_date,
        'tiktok_ads' as platform,
        tiktok_days.campaign_id,
        max(tiktok_days.campaign_name) as campaign_name,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_group_name,
        cast(null as varchar) as keyword,
        sum(tiktok_days.spend) as spend_original,
        max(tiktok_accounts.currency) as currency,
        sum(tiktok_days.impressions) as impressions,
        sum(tiktok_days.clicks) as clicks,
        sum(tiktok_days.platform_conversions) as platform_conversions

    from tiktok_days
    left join tiktok_accounts on tiktok_days.account = tiktok_accounts.account
    group by tiktok_days.brand, tiktok_days.account, tiktok_days.spend_date, tiktok_days.campaign_id

),

yandex as (

    select
        yandex_days.brand,
        'yandex_direct' as source,
        yandex_days.account,
        yandex_days.spend_date,
        'yandex_direct' as platform,
        yandex_days.campaign_id,
        max(yandex_days.campaign_name) as campaign_name,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_group_name,
        cast(null as varchar) as keyword,
        sum(yandex_days.cost) as spend_original,
        max(yandex_clients.currency) as currency,
        sum(yandex_days.impressions) as impressions,
        sum(yandex_days.clicks) as clicks,
        sum(yandex_days.platform_conversions) as platform_conversions

    from yandex_days
    left join yandex_clients on yandex_days.account = yandex_clients.account
    group by yandex_days.brand, yandex_days.account, yandex_days.spend_date, yandex_days.campaign_id

),

-- As at Google, only the campaign level holds all spend.
microsoft as (

    select
        brand,
        'microsoft_ads' as source,
        account,
        spend_date,
        'microsoft_ads' as platform,
        campaign_id,
        max(campaign_name) as campaign_name,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_group_name,
        cast(null as varchar) as keyword,
        sum(spend) as spend_original,
        currency,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from microsoft_days
    group by brand, account, spend_date, campaign_id, currency

),

-- The name comes with all campaigns' names below: LinkedIn's days hold ids only.
linkedin as (

    select
        linkedin_days.brand,
        'linkedin_ads' as source,
        linkedin_days.account,
        linkedin_days.spend_date,
        'linkedin_ads' as platform,
        linkedin_days.campaign_id,
        cast(null as varchar) as campaign_name,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_group_name,
        cast(null as varchar) as keyword,
        linkedin_days.spend as spend_original,
        linkedin_accounts.currency,
        linkedin_days.impressions,
        linkedin_days.clicks,
        linkedin_days.platform_conversions

    from linkedin_days
    left join linkedin_accounts on linkedin_days.account = linkedin_accounts.account

),

manual as (

    select
        brand,
        'manual' as source,
        account,
        spend_date,
        lower(platform) as platform,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        keyword,
        spend as spend_original,
        currency,
        impressions,
        clicks,
        cast(null as decimal(20, 6)) as platform_conversions

    from manual_spend

),

unioned as (

    select * from google
    union all
    select * from meta
    union all
    select * from tiktok
    union all
    select * from yandex
    union all
    select * from microsoft
    union all
    select * from linkedin
    union all
    select * from manual

),

named as (

    select
        unioned.brand,
        unioned.source,
        unioned.account,
        unioned.spend_date,
        unioned.platform,
        campaigns.channel_type,
        unioned.campaign_id,
        coalesce(campaigns.campaign_name, unioned.campaign_name) as campaign_name,
        unioned.ad_group_id,
        unioned.ad_group_name,
        unioned.keyword,
        cast(unioned.spend_original as decimal(20, 6)) as spend_original,
        upper(unioned.currency) as currency,
        cast(unioned.impressions as bigint) as impressions,
        cast(unioned.clicks as bigint) as clicks,
        cast(unioned.platform_conversions as decimal(20, 6)) as platform_conversions

    from unioned
    left join campaigns
        on unioned.brand = campaigns.brand
        and unioned.platform = campaigns.platform
        and coalesce(unioned.campaign_id, lower(unioned.campaign_name)) = campaigns.campaign_key

)

select * from named
