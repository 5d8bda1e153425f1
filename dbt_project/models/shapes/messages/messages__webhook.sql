with

messages as (

    select * from {{ ref('stg_webhook__messages') }}

),

shaped as (

    select
        brand,
        'webhook' as source,
        account,
        'messages' as source_table,
        message_id as source_record_id,
        sender as messenger,
        inbox_id,
        -- One messenger's number 7 is not another's.
        sender || ':' || channel_contact_id as channel_contact_id,
        direction,
        is_writing,
        sent_at,
        content,
        phone as phone_raw,
        email as email_raw,
        name as full_name,
        -- WhatsApp's ads are Meta's.
        case when sender = 'whatsapp' and coalesce(ad_id, click_id) is not null then 'meta_ads' end as platform,
        ad_id,
        post_id,
        click_id_type,
        click_id,
        link_tag,
        -- Which of Meta's networks showed it is not said.
        case when sender = 'whatsapp' and coalesce(ad_id, post_id, click_id) is not null then 'facebook' end
            as tracker_source,
        case
            when sender = 'whatsapp' and coalesce(ad_id, click_id) is not null then 'paid_social'
            when sender = 'whatsapp' and post_id is not null then 'social'
        end as tracker_medium,
        landed_at

    from messages

)

select * from shaped
