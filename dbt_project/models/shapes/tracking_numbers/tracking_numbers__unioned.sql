with

unioned as (

    {{ in_one_shape('tracking_numbers', [
        ref('tracking_numbers__callrail'),
        ref('tracking_numbers__manual'),
    ]) }}

),

keyed as (

    select * replace (
        {{ phone_digits('tracking_number') }} as number_digits
    )
    from unioned

)

select * from keyed
