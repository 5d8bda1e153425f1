with

rejected as (

    select
        split_part(file, '/landing/', 2) as path,
        _account as account,
        _brand as brand,
        _day as day,
        _payload as payload,
        -- A record that was kept, though a column of it could not be read, says so in front.
        coalesce(_reject_reason, 'column_rejected: ' || _column_rejects) as reason

    -- Files landed before the second note existed lack its column.
    from {{ landed_records(of_any_age=true) }}
    where _reject_reason is not null or _column_rejects is not null

),

-- Without the record itself, which may be somebody's.
gathered as (

    select
        split_part(path, '/', 1) as source,
        account,
        brand,
        split_part(path, '/', 2) as table_name,
        day,
        md5(coalesce(payload, '')) as record_key_hash,
        reason

    from rejected

)

select * from gathered
