with

source as (

    select * from {{ source('google_ads', 'customer_clients') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (partition by _account, customer_id order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        customer_id,

        ---------- text
        descriptive_name,
        currency_code,
        time_zone,
        status,

        ---------- numbers
        level,

        ---------- booleans
        coalesce(is_manager, false) as is_manager,
        coalesce(is_hidden, false) as is_hidden,
        coalesce(is_test_account, false) as is_test_account,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from newest

)

select * from renamed
