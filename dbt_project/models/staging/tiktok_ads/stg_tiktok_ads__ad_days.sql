with

-- The key holds the day, and a day has one file: nothing is listed twice.
source as (

    select * from {{ source('tiktok_ads', 'ad_days') }}
    where _reject_reason is null

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        ad_id,
        adgroup_id as ad_group_id,
        campaign_id,

        ---------- text
        ad_name,
        adgroup_name as ad_group_name,
        campaign_name,

        ---------- numbers
        impressions,
        clicks,
        spend,
        -- On the day of the click, as the other platforms count; the real-time ones are on the day they happened.
        conversion as platform_conversions,
        real_time_conversion as platform_conversions_when_happened,
        result as platform_results,

        ---------- dates
        day as spend_date,
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from source

)

select * from renamed
