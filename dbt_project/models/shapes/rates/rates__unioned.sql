with

unioned as (

    {{ in_one_shape('rates', [
        ref('rates__ecb'),
        ref('rates__cbr'),
    ]) }}

)

select * from unioned
