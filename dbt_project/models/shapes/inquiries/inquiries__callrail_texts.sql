with

texts as (

    select * from {{ ref('int_texts__followed') }}

),

-- What a customer adds, and what he answers, belongs to the inquiry before.
openings as (

    select
        *,
        -- The first text came to the first number; a later one to the number that the conversation has now.
        case when previous_at is null then initial_tracking_number else current_tracking_number end as tracking_number

    from texts
    where is_opening

),

shaped as (

    select
        brand,
        'callrail' as source,
        account,
        'text_messages' as source_table,
        message_id as source_record_id,
        'chat' as kind,
        sent_at as occurred_at,
        customer_phone_number as phone_raw,
        customer_name as full_name,
        tracking_number,
        source as tracker_source,
        -- A conversation has no medium; the name of its source says whether it is an ad.
        case
            when lower(source) like '% ads' or lower(source) like '% paid' then 'cpc'
            when lower(source) like '% organic' then 'organic'
        end as tracker_medium,
        coalesce(lower(tags) like '%"spam"%' or lead_status = 'not_a_lead', false) as is_marked_spam,
        content as message,
        landed_at

    from openings

)

select * from shaped
