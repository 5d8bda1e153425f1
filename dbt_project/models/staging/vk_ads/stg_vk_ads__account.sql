with

source as (

    select * from {{ source('vk_ads', 'account') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        id as user_id,

        ---------- text
        username,
        currency,
        status,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from newest

)

select * from renamed
