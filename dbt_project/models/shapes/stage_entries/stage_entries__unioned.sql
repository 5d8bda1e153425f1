with

unioned as (

    {{ in_one_shape('stage_entries', [
        ref('stage_entries__hubspot'),
        ref('stage_entries__pipedrive'),
        ref('stage_entries__amocrm'),
        ref('stage_entries__bitrix24'),
        ref('stage_entries__salesforce'),
    ]) }}

)

select * from unioned
