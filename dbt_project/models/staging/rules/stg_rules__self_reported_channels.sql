with

source as (

    select * from {{ source('rules', 'self_reported_channels') }}

),

typed as (

    select
        nullif(trim(answer_pattern), '') as answer_pattern,
        nullif(trim(channel), '') as channel

    from source

)

select * from typed
