with

unioned as (

    {{ in_one_shape('responses', [
        ref('responses__hubspot_calls'),
        ref('responses__pipedrive_activities'),
        ref('responses__amocrm_events'),
        ref('responses__bitrix24_activities'),
        ref('responses__salesforce_tasks'),
        ref('responses__callrail_calls'),
        ref('responses__callrail_texts'),
        ref('responses__comagic_calls'),
        ref('responses__manual'),
    ]) }}

),

identified as (

    select * replace (
        {{ stable_id(['brand', 'source', 'account', 'source_record_id']) }} as response_id,
        case when source_contact_id is not null then {{ stable_id(['brand', 'source', 'account', 'source_contact_id']) }} end
            as contact_id
    )
    from unioned
    -- What has no moment answered nothing that we could measure.
    where responded_at is not null

)

select * from identified
