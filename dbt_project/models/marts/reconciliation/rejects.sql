with

rejects as (

    select * from {{ ref('int_rejects__gathered') }}

),

counted as (

    select
        brand,
        source,
        account,
        table_name,
        day,
        record_key_hash,
        file,
        line,
        column_name,
        reason,
        count(*) as row_count

    from rejects
    group by brand, source, account, table_name, day, record_key_hash, file, line, column_name, reason

)

select * from counted
