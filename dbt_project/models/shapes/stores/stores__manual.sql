with

manual_stores as (

    select * from {{ ref('stg_manual__stores') }}

),

shaped as (

    select
        brand,
        'manual' as source,
        account,
        store,
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
        sunday

    from manual_stores

)

select * from shaped
