with

unioned as (

    {{ in_one_shape('receipt_items', [
        ref('receipt_items__manual'),
    ]) }}

),

identified as (

    select * replace (
        {{ stable_id(['brand', 'source', 'account', 'store', 'till', 'source_receipt_id']) }} as receipt_id
    )
    from unioned

)

select * from identified
