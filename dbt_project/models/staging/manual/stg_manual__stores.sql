with

source as (

    select * from {{ source('manual', 'stores') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (partition by _account, brand, store order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        coalesce(brand, _brand) as brand,
        _account as account,
        store,

        ---------- text
        store_name,
        address,
        city,
        catchment,
        time_zone,
        monday,
        tuesday,
        wednesday,
        thursday,
        friday,
        saturday,
        sunday,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from newest

)

select * from renamed
