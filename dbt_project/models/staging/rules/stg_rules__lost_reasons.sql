with

source as (

    select * from {{ source('rules', 'lost_reasons') }}

),

typed as (

    select
        lower(nullif(trim(reason_pattern), '')) as reason_pattern,
        lower(nullif(trim(refusal), '')) as refusal,
        nullif(trim(note), '') as note

    from source

)

select * from typed
