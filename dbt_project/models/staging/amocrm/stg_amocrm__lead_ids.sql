with

source as (

    select * from {{ source('amocrm', 'lead_ids') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (partition by _account, lead_id order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        lead_id,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        _landed_at as landed_at

    from newest

)

select * from renamed
