with

unioned as (

    {{ in_one_shape('messages', [
        ref('messages__webhook'),
    ]) }}

)

select * from unioned
