with

source as (

    select * from {{ source('rules', 'claim_rules') }}

),

typed as (

    select
        lower(nullif(trim(platform), '')) as platform,
        lower(nullif(trim(inquiry_kind), '')) as inquiry_kind,
        cast(nullif(trim(click_days), '') as integer) as click_days,
        lower(nullif(trim(counted_on), '')) as counted_on,
        coalesce(cast(nullif(trim(least_seconds), '') as integer), 0) as least_seconds

    from source

)

select * from typed
