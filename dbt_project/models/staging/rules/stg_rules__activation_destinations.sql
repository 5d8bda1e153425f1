with

source as (

    select * from {{ source('rules', 'activation_destinations') }}

),

typed as (

    select
        lower(nullif(trim(destination), '')) as destination,
        lower(nullif(trim(click_ids), '')) as click_ids,
        trim(email) = '1' as takes_email,
        trim(phone) = '1' as takes_phone,
        lower(nullif(trim(lead_ads_of), '')) as lead_ads_of,
        lower(nullif(trim(devices_of), '')) as devices_of,
        cast(nullif(trim(click_days), '') as integer) as click_days,
        cast(nullif(trim(event_days), '') as integer) as event_days,
        lower(nullif(trim(correction), '')) as correction

    from source

)

select * from typed
