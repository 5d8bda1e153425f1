{{ config(materialized='view') }}

with

source as (

    select * from {{ source('webhook', 'lead_notices') }}
    where _reject_reason is null

),

-- Meta repeats a notice until it is acknowledged, for up to 36 hours.
first_received as (

    select * from source
    qualify row_number() over (
        partition by _account, lead_id order by received_at, _landed_at desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        lead_id,
        page_id,
        form_id,
        ad_id,
        adset_id,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        received_at,
        _landed_at as landed_at

    from first_received

)

select * from renamed
