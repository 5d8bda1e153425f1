with

unioned as (

    {{ in_one_shape('spend', [
        ref('spend__google_ads'),
        ref('spend__meta_ads'),
        ref('spend__tiktok_ads'),
        ref('spend__vk_ads'),
        ref('spend__yandex_direct'),
        ref('spend__microsoft_ads'),
        ref('spend__linkedin_ads'),
        ref('spend__manual'),
    ]) }}

),

written_alike as (

    select * replace (
        upper(currency) as currency
    )
    from unioned

)

select * from written_alike
