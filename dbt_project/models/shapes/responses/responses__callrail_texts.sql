with

-- Who of the staff wrote a text is not told, and a machine answers at once.
shaped as (

    select
        brand,
        'callrail' as source,
        account,
        message_id as source_record_id,
        customer_phone_number as phone_raw,
        sent_at as responded_at

    from {{ ref('int_texts__followed') }}
    where direction = 'outbound'
        and not is_automatic

)

select * from shaped
