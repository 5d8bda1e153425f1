with

-- The key holds the day, and a day has one file: nothing is listed twice.
source as (

    select * from {{ source('microsoft_ads', 'ad_group_days') }}
    where _reject_reason is null

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        ad_group_id,
        campaign_id,

        ---------- text
        ad_group_name,
        campaign_name,
        network,
        device_type as device,
        currency_code as currency,

        ---------- numbers
        impressions,
        clicks,
        spend,
        -- A conversion may be shared between several ads; the older column knows whole ones only.
        coalesce(conversions_qualified, conversions) as platform_conversions,

        ---------- dates
        day as spend_date,
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from source

)

select * from renamed
