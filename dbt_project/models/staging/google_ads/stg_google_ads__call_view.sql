with

source as (

    select * from {{ source('google_ads', 'call_view') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, customer_id, call_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        customer_id,
        call_id,
        campaign_id,
        ad_group_id,

        ---------- text
        campaign_name,
        ad_group_name,
        call_status,
        call_type,
        display_location,
        caller_country_code,
        caller_area_code,

        ---------- numbers
        duration_seconds,

        ---------- dates
        day as call_date,
        _day as landed_day,

        ---------- timestamps
        started_at,
        ended_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
