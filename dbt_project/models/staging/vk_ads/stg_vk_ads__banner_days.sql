with

-- The key holds the day, and a day has one file: nothing is listed twice.
source as (

    select * from {{ source('vk_ads', 'banner_days') }}
    where _reject_reason is null

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        banner_id as ad_id,
        ad_group_id,
        ad_plan_id as campaign_id,

        ---------- text
        banner_name as ad_name,
        ad_group_name,
        ad_plan_name as campaign_name,

        ---------- numbers
        shows as impressions,
        clicks,
        spent as spend,
        goals as platform_conversions,

        ---------- dates
        day as spend_date,
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from source

)

select * from renamed
