with

history as (

    select * from {{ source('steps', 'person_history') }}

),

published as (

    select
        brand,
        old_person_id,
        person_id,
        record_count,
        changed_date

    from history

)

select * from published
