with

rejected as (

    select
        split_part(file, '/landing/', 2) as path,
        _account as account,
        _brand as brand,
        _day as day,
        _payload as payload,
        _reject_reason as reason

    from {{ landed_records() }}
    where _reject_reason is not null

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
