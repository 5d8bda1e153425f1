with

source as (

    select * from {{ source('rules', 'flag_definitions') }}

),

typed as (

    select
        lower(nullif(trim(flag), '')) as flag,
        lower(nullif(trim(severity), '')) as severity,
        nullif(trim(what_to_fix), '') as what_to_fix,
        nullif(trim(who_can), '') as who_can,
        cast(nullif(trim(blocks_above), '') as double) as blocks_above

    from source

)

select * from typed
