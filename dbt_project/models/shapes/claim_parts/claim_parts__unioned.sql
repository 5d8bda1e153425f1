with

unioned as (

    {{ in_one_shape('claim_parts', [
        ref('claim_parts__google_ads'),
        ref('claim_parts__meta_ads'),
    ]) }}

)

select * from unioned
