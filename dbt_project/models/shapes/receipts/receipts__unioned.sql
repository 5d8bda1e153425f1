with

unioned as (

    {{ in_one_shape('receipts', [
        ref('receipts__manual'),
    ]) }}

),

identified as (

    select * replace (
        {{ stable_id(['brand', 'source', 'account', 'store', 'till', 'source_receipt_id']) }} as receipt_id
    )
    from unioned

)

select * from identified
