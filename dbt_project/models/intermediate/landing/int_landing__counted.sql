{# A day without rows has a file too: the newest day is the newest file's, whatever is in it. #}

with

landed_rows as (

    select
        split_part(file, '/landing/', 2) as path,
        _account as account,
        _brand as brand,
        _reject_reason as reject_reason

    from {{ landed_records() }}

),

row_counts as (

    select
        split_part(path, '/', 1) as source,
        account,
        max(brand) as brand,
        split_part(path, '/', 2) as table_name,
        count(*) as landed_rows,
        count(reject_reason) as rejected_rows

    from landed_rows
    group by split_part(path, '/', 1), account, split_part(path, '/', 2)

),

files as (

    select split_part(file, '/landing/', 2) as path
    from {{ landed_files() }}

),

file_days as (

    select
        split_part(path, '/', 1) as source,
        split_part(path, '/', 2) as table_name,
        substr(split_part(path, '/', 3), 9) as account,
        count(*) as file_count,
        max(cast(substr(split_part(path, '/', 4), 5, 10) as date)) as newest_day

    from files
    group by source, table_name, account

),

accounts as (

    select * from {{ ref('stg_rules__accounts') }}

),

counted as (

    select
        coalesce(row_counts.source, file_days.source) as source,
        coalesce(row_counts.account, file_days.account) as account,
        coalesce(row_counts.brand, accounts.brand) as brand,
        coalesce(row_counts.table_name, file_days.table_name) as table_name,
        coalesce(row_counts.landed_rows, 0) as landed_rows,
        coalesce(row_counts.rejected_rows, 0) as rejected_rows,
        file_days.file_count,
        file_days.newest_day

    from row_counts
    full outer join file_days
        on row_counts.source = file_days.source
        and row_counts.table_name = file_days.table_name
        and row_counts.account = file_days.account
    left join accounts
        on coalesce(row_counts.source, file_days.source) = accounts.source
        and coalesce(row_counts.account, file_days.account) = accounts.account

)

select * from counted
