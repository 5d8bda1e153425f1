with

unioned as (

    {{ in_one_shape('deal_contacts', [
        ref('deal_contacts__hubspot'),
        ref('deal_contacts__pipedrive'),
        ref('deal_contacts__amocrm'),
        ref('deal_contacts__bitrix24'),
        ref('deal_contacts__salesforce'),
        ref('deal_contacts__stripe'),
        ref('deal_contacts__manual'),
    ]) }}

),

identified as (

    select * replace (
        {{ stable_id(['brand', 'source', 'account', 'source_deal_id']) }} as deal_id,
        {{ stable_id(['brand', 'source', 'account', 'source_contact_id']) }} as contact_id
    )
    from unioned

)

select * from identified
