with

rejected as (

    select
        split_part(file, '/landing/', 2) as path,
        _account as account,
        _brand as brand,
        _day as day,
        _payload as payload,
        -- A record that was kept, though a column of it could not be read, says so in front.
        coalesce(_reject_reason, 'column_rejected: ' || _column_rejects) as reason,
        coalesce(_reject_reason, _column_rejects) as what

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
        -- Only what people drop lies in a file that they can look at.
        case when split_part(path, '/', 1) = 'manual' then {{ json_text('payload', '_file') }} end as file,
        case
            when split_part(path, '/', 1) = 'manual' then try_cast({{ json_text('payload', '_line') }} as bigint)
        end as line,
        -- A reason begins with its column, or is a sentence about the whole record.
        case
            when
                split_part(what, ' ', 1) = lower(split_part(what, ' ', 1))
                and split_part(what, ' ', 1) not in ('the', 'a', 'an', 'no')
                then split_part(what, ' ', 1)
        end as column_name,
        reason

    from rejected

)

select * from gathered
