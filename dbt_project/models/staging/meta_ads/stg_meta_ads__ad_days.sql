with

-- The key holds the day, and a day has one file: nothing is listed twice.
source as (

    select * from {{ source('meta_ads', 'ad_days') }}
    where _reject_reason is null

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        ad_id,
        adset_id,
        campaign_id,

        ---------- text
        ad_name,
        adset_name,
        campaign_name,
        objective,
        account_currency as currency,

        ---------- numbers
        impressions,
        clicks,
        inline_link_clicks,
        spend,
        leads as platform_conversions,
        leads_after_view as view_conversions,

        ---------- dates
        day as spend_date,
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from source

)

select * from renamed
