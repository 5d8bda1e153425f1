with

source as (

    select * from {{ source('rules', 'brands') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        nullif(trim(name), '') as name,
        nullif(trim(time_zone), '') as time_zone,
        upper(nullif(trim(currency), '')) as currency,
        upper(nullif(trim(phone_region), '')) as phone_region,
        nullif(trim(language), '') as language,
        lower(nullif(trim(site_hosts), '')) as site_hosts

    from source

)

select * from typed
