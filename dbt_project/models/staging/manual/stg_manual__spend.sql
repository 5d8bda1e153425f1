with

source as (

    select * from {{ source('manual', 'spend') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (
        partition by
            _account, brand, date, platform,
            campaign_name, campaign_id, ad_group_id, ad_group_name, keyword
        order by _landed_at desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        coalesce(brand, _brand) as brand,
        _account as account,
        campaign_id,
        ad_group_id,

        ---------- text
        platform,
        campaign_name,
        ad_group_name,
        keyword,
        currency,

        ---------- numbers
        spend,
        impressions,
        clicks,

        ---------- dates
        date as spend_date,
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from newest

)

select * from renamed
