with

unioned as (

    {{ in_one_shape('store_tools', [
        ref('store_tools__manual'),
    ]) }}

)

select * from unioned
