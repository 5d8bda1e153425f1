{# What a text follows: a pause, so that the customer asks anew, or a contact just before, so that a machine answers. #}

with

messages as (

    select * from {{ ref('stg_callrail__text_messages') }}

),

calls as (

    select * from {{ ref('stg_callrail__calls') }}

),

-- A text from the customer, or the end of a call: many an account thanks for the one and excuses itself for the other.
contacts as (

    select account, customer_phone_number, sent_at as contacted_at
    from messages
    where direction = 'inbound'

    union all

    select
        account,
        customer_phone_number,
        {{ dbt.dateadd('second', 'coalesce(duration_seconds, 0)', 'started_at') }} as contacted_at

    from calls
    where coalesce(lower(direction), 'inbound') <> 'outbound'

),

automatic as (

    select distinct
        messages.account,
        messages.message_id

    from messages
    inner join contacts
        on messages.account = contacts.account
        and messages.customer_phone_number = contacts.customer_phone_number
        and messages.sent_at >= contacts.contacted_at
        and messages.sent_at < contacts.contacted_at + interval '{{ var("automatic_text_seconds") }}' second
    where messages.direction = 'outbound'

),

ordered as (

    select
        *,
        lag(sent_at) over (partition by account, conversation_id order by sent_at, message_id) as previous_at

    from messages

),

followed as (

    select
        ordered.*,
        ordered.direction = 'inbound'
        and (
            ordered.previous_at is null
            or ordered.sent_at > ordered.previous_at + interval '{{ var("text_pause_hours") }}' hour
        ) as is_opening,
        automatic.message_id is not null as is_automatic

    from ordered
    left join automatic
        on ordered.account = automatic.account
        and ordered.message_id = automatic.message_id

)

select * from followed
