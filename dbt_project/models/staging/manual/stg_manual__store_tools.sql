with

source as (

    select * from {{ source('manual', 'store_tools') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (
        partition by _account, brand, store, promotion_code, tracking_number, campaign_name, held_from
        order by _landed_at desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        coalesce(brand, _brand) as brand,
        _account as account,
        store,

        ---------- text
        channel,
        platform,
        campaign_name,
        promotion_code,
        tracking_number,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        held_from,
        held_to,
        _landed_at as landed_at

    from newest

)

select * from renamed
