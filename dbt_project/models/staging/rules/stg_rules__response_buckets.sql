with

source as (

    select * from {{ source('rules', 'response_buckets') }}

),

typed as (

    select
        cast(nullif(trim(bucket_order), '') as integer) as bucket_order,
        nullif(trim(bucket), '') as bucket,
        cast(nullif(trim(below_minutes), '') as integer) as below_minutes,
        nullif(trim(note), '') as note

    from source

)

select * from typed
