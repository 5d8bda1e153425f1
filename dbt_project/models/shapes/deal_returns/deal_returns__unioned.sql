with

unioned as (

    {{ in_one_shape('deal_returns', [
        ref('deal_returns__stripe'),
    ]) }}

),

identified as (

    select * replace (
        {{ stable_id(['brand', 'source', 'account', 'source_deal_id']) }} as deal_id
    )
    from unioned

)

select * from identified
