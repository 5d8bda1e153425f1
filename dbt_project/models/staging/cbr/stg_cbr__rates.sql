with

-- The key holds the day, and a day has one file: nothing is listed twice.
source as (

    select * from {{ source('cbr', 'rates') }}
    where _reject_reason is null

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,

        ---------- text
        currency,

        ---------- numbers
        rate as roubles_per_unit,

        ---------- dates
        day as rate_date,
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from source

)

select * from renamed
