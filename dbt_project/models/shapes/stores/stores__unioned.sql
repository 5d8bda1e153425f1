with

unioned as (

    {{ in_one_shape('stores', [
        ref('stores__manual'),
    ]) }}

)

select * from unioned
