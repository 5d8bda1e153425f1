with

source as (

    select * from {{ source('rules', 'custom_weights') }}

),

typed as (

    select
        lower(nullif(trim(milestone), '')) as milestone,
        cast(nullif(trim(weight), '') as decimal(9, 6)) as weight

    from source

)

select * from typed
