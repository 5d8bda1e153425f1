with

source as (

    select * from {{ source('rules', 'click_ids') }}

),

typed as (

    select
        lower(nullif(trim(click_id_type), '')) as click_id_type,
        lower(nullif(trim(source), '')) as source,
        lower(nullif(trim(medium), '')) as medium,
        lower(nullif(trim(platform), '')) as platform

    from source

)

select * from typed
