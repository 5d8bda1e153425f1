{# Which message opens a conversation: the first that asks for something after a pause, or after another ad or link. #}

with

messages as (

    select
        *,
        -- Whom the messenger gives no id of his own is known by his number.
        coalesce(channel_contact_id, messenger || ':' || phone_raw) as contact_key,
        coalesce(ad_id, post_id, click_id) is not null as has_referral

    from {{ ref('messages__unioned') }}

),

ordered as (

    select
        *,
        lag(sent_at) over (
            partition by brand, source, account, inbox_id, contact_key order by sent_at, source_record_id
        ) as previous_at,
        last_value(link_tag ignore nulls) over (
            partition by brand, source, account, inbox_id, contact_key order by sent_at, source_record_id
            rows between unbounded preceding and 1 preceding
        ) as previous_tag

    from messages

),

grouped as (

    select
        *,
        sum(
            case
                when previous_at is null or has_referral then 1
                when link_tag is not null and link_tag is distinct from previous_tag then 1
                when sent_at > previous_at + interval '{{ var("chat_pause_days") }}' day then 1
                else 0
            end
        ) over (
            partition by brand, source, account, inbox_id, contact_key order by sent_at, source_record_id
            rows between unbounded preceding and current row
        ) as conversation

    from ordered

),

openings as (

    select *
    from grouped
    where direction = 'inbound'
        and is_writing
    qualify row_number() over (
        partition by brand, source, account, inbox_id, contact_key, conversation order by sent_at, source_record_id
    ) = 1

),

-- What comes to be known in the conversation is known of whoever opened it.
told as (

    select
        brand,
        source,
        account,
        inbox_id,
        contact_key,
        conversation,
        min_by(phone_raw, (sent_at, source_record_id)) filter (where phone_raw is not null) as phone_raw,
        min_by(email_raw, (sent_at, source_record_id)) filter (where email_raw is not null) as email_raw,
        min_by(full_name, (sent_at, source_record_id)) filter (where full_name is not null) as full_name,
        min(case when has_referral then platform end) as platform,
        min(ad_id) as ad_id,
        min(click_id_type) as click_id_type,
        min(click_id) as click_id,
        -- A pause begins a conversation anew by the same link, too.
        max_by(link_tag, (sent_at, source_record_id)) filter (where link_tag is not null) as link_tag,
        min(case when has_referral then tracker_source end) as tracker_source,
        min(case when has_referral then tracker_medium end) as tracker_medium

    from grouped
    where direction = 'inbound'
    group by brand, source, account, inbox_id, contact_key, conversation

),

answers as (

    select
        openings.source,
        openings.account,
        openings.source_record_id,
        min(grouped.sent_at) as first_response_at

    from openings
    inner join grouped
        on openings.brand = grouped.brand
        and openings.source = grouped.source
        and openings.account = grouped.account
        and openings.inbox_id is not distinct from grouped.inbox_id
        and openings.contact_key = grouped.contact_key
        and openings.conversation = grouped.conversation
    where grouped.direction = 'outbound'
        and grouped.sent_at >= openings.sent_at
    group by openings.source, openings.account, openings.source_record_id

),

opened as (

    select
        openings.brand,
        openings.source,
        openings.account,
        openings.source_table,
        openings.source_record_id,
        openings.messenger,
        openings.inbox_id,
        openings.channel_contact_id,
        openings.sent_at,
        openings.content,
        told.phone_raw,
        told.email_raw,
        told.full_name,
        told.platform,
        told.ad_id,
        told.click_id_type,
        told.click_id,
        told.link_tag,
        told.tracker_source,
        told.tracker_medium,
        answers.first_response_at,
        openings.landed_at

    from openings
    inner join told
        on openings.brand = told.brand
        and openings.source = told.source
        and openings.account = told.account
        and openings.inbox_id is not distinct from told.inbox_id
        and openings.contact_key = told.contact_key
        and openings.conversation = told.conversation
    left join answers
        on openings.source = answers.source
        and openings.account = answers.account
        and openings.source_record_id = answers.source_record_id

)

select * from opened
