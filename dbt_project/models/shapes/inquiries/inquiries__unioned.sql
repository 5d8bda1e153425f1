with

unioned as (

    {{ in_one_shape('inquiries', [
        ref('inquiries__callrail_calls'),
        ref('inquiries__callrail_forms'),
        ref('inquiries__callrail_texts'),
        ref('inquiries__calltouch_calls'),
        ref('inquiries__calltouch_requests'),
        ref('inquiries__comagic_calls'),
        ref('inquiries__comagic_messages'),
        ref('inquiries__typeform_responses'),
        ref('inquiries__jotform_submissions'),
        ref('inquiries__calendly_invitees'),
        ref('inquiries__hubspot_forms'),
        ref('inquiries__google_leads'),
        ref('inquiries__meta_leads'),
        ref('inquiries__linkedin_leads'),
        ref('inquiries__vk_leads'),
        ref('inquiries__webhook_forms'),
        ref('inquiries__meta_notices'),
        ref('inquiries__messages'),
        ref('inquiries__manual'),
    ]) }}

),

identified as (

    select * replace (
        {{ stable_id(['brand', 'source', 'source_table', 'account', 'source_record_id']) }} as inquiry_id,
        'inbound' as direction,
        {{ device_of_cookie('client_id') }} as client_id,
        coalesce(is_marked_spam, false) as is_marked_spam
    )
    from unioned
    -- Without a moment it has no day: the test of its own source tells of it.
    where occurred_at is not null

)

select * from identified
