with

-- The key holds the day, and a day has one file: nothing is listed twice.
source as (

    select * from {{ source('linkedin_ads', 'campaign_days') }}
    where _reject_reason is null

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        campaign_id,

        ---------- numbers
        impressions,
        clicks,
        landing_page_clicks,
        cost_in_local_currency as spend,
        external_website_conversions + one_click_leads as platform_conversions,

        ---------- dates
        day as spend_date,
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from source

)

select * from renamed
