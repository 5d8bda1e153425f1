with

source as (

    select * from {{ source('rules', 'working_hours') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        cast(nullif(trim(weekday), '') as integer) as weekday,
        cast(nullif(trim(opens_at), '') as time) as opens_at,
        cast(nullif(trim(closes_at), '') as time) as closes_at

    from source

)

select * from typed
