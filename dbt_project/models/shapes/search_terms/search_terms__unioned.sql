with

unioned as (

    {{ in_one_shape('search_terms', [
        ref('search_terms__google_ads'),
        ref('search_terms__yandex_direct'),
        ref('search_terms__microsoft_ads'),
    ]) }}

),

written_alike as (

    select * replace (
        upper(currency) as currency
    )
    from unioned

)

select * from written_alike
