with

-- The key holds the day, and a day has one file: nothing is listed twice.
source as (

    select * from {{ source('google_ads', 'click_view') }}
    where _reject_reason is null

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        -- Landed before rows said whose they are: the account's own.
        coalesce(customer_id, _account) as customer_id,
        gclid,
        campaign_id,
        ad_group_id,
        ad_id,
        criterion_id,

        ---------- text
        campaign_name,
        ad_group_name,
        keyword_text as keyword,
        match_type,
        ad_network_type,
        device,
        click_type,

        ---------- numbers
        clicks,

        ---------- dates
        day as clicked_date,
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from source

)

select * from renamed
