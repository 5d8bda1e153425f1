with

source as (

    select * from {{ source('rules', 'lookback_windows') }}

),

typed as (

    select
        lower(nullif(trim(conversion_type), '')) as conversion_type,
        cast(nullif(trim(days), '') as integer) as days

    from source

)

select * from typed
