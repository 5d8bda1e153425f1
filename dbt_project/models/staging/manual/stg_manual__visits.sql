with

source as (

    select * from {{ source('manual', 'visits') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (partition by _account, brand, visit_id order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        coalesce(brand, _brand) as brand,
        _account as account,
        visit_id,
        client_id,
        user_id,

        ---------- text
        landing_url,
        referrer,
        device,
        country,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        started_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
