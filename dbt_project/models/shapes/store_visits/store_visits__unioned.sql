with

unioned as (

    {{ in_one_shape('store_visits', [
        ref('store_visits__manual'),
    ]) }}

)

select * from unioned
