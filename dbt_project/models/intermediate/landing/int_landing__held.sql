with

files as (

    select split_part(file, '/landing/_held/', 2) as path
    from {{ held_files() }}

),

held as (

    select
        split_part(path, '/', 1) as source,
        substr(split_part(path, '/', 3), 9) as account,
        split_part(path, '/', 2) as table_name,
        count(*) as held_day_count

    from files
    group by source, account, table_name

)

select * from held
