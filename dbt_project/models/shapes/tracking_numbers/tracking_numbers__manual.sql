with

manual_numbers as (

    select * from {{ ref('stg_manual__tracking_numbers') }}

),

shaped as (

    select
        brand,
        'manual' as source,
        account,
        tracking_number,
        lower(kind) as kind,
        channel,
        campaign_name,
        client_id,
        held_from,
        held_to

    from manual_numbers

)

select * from shaped
