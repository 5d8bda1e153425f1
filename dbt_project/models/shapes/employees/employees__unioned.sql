with

unioned as (

    {{ in_one_shape('employees', [
        ref('employees__hubspot'),
        ref('employees__pipedrive'),
        ref('employees__amocrm'),
        ref('employees__bitrix24'),
        ref('employees__salesforce'),
    ]) }}

)

select * from unioned
