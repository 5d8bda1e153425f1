with

source as (

    select * from {{ source('rules', 'problem_thresholds') }}

),

typed as (

    select
        cast(nullif(trim(problem_number), '') as integer) as problem_number,
        lower(nullif(trim(problem), '')) as problem,
        cast(nullif(trim(threshold), '') as double) as threshold,
        nullif(trim(note), '') as note

    from source

)

select * from typed
