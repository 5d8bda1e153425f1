with

-- The key holds the day, and a day has one file: nothing is listed twice.
source as (

    select * from {{ source('yandex_direct', 'search_term_days') }}
    where _reject_reason is null

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        campaign_id,
        ad_group_id,

        ---------- text
        campaign_name,
        ad_group_name,
        criterion,
        match_type,
        search_term,

        ---------- numbers
        impressions,
        clicks,
        -- Yandex counts money in millionths of the account's currency.
        cast(cost_micros * 0.000001 as decimal(20, 6)) as cost,
        conversions as platform_conversions,

        ---------- dates
        day as spend_date,
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from source

)

select * from renamed
