with

source as (

    select * from {{ source('rules', 'withheld_numbers') }}

),

typed as (

    select
        lower(nullif(trim(phone_text), '')) as phone_text,
        nullif(trim(note), '') as note

    from source

)

select * from typed
