with

unioned as (

    {{ in_one_shape('contacts', [
        ref('contacts__hubspot'),
        ref('contacts__pipedrive'),
        ref('contacts__amocrm'),
        ref('contacts__bitrix24'),
        ref('contacts__salesforce_contacts'),
        ref('contacts__salesforce_leads'),
        ref('contacts__stripe'),
    ]) }}

),

identified as (

    select * replace (
        {{ stable_id(['brand', 'source', 'account', 'source_contact_id']) }} as contact_id
    )
    from unioned

)

select * from identified
