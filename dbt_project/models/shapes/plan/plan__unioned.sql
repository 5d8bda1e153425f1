with

unioned as (

    {{ in_one_shape('plan', [
        ref('plan__manual'),
    ]) }}

)

select * from unioned
