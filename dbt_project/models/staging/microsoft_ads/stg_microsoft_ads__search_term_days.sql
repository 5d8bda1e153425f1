with

-- The key holds the day, and a day has one file: nothing is listed twice.
source as (

    select * from {{ source('microsoft_ads', 'search_term_days') }}
    where _reject_reason is null

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        ad_group_id,
        keyword_id,
        campaign_id,

        ---------- text
        ad_group_name,
        campaign_name,
        keyword,
        bid_match_type,
        delivered_match_type,
        search_term,

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
