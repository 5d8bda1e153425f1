with

unioned as (

    {{ in_one_shape('crm_stages', [
        ref('crm_stages__hubspot'),
        ref('crm_stages__pipedrive'),
        ref('crm_stages__amocrm'),
        ref('crm_stages__bitrix24'),
        ref('crm_stages__salesforce'),
    ]) }}

)

select * from unioned
