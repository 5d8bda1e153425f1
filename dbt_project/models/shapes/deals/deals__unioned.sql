with

unioned as (

    {{ in_one_shape('deals', [
        ref('deals__hubspot'),
        ref('deals__pipedrive'),
        ref('deals__amocrm'),
        ref('deals__bitrix24'),
        ref('deals__salesforce'),
        ref('deals__stripe'),
        ref('deals__manual'),
    ]) }}

),

identified as (

    select * replace (
        {{ stable_id(['brand', 'source', 'account', 'source_deal_id']) }} as deal_id,
        -- Money is not left out for a day that its CRM does not say: the first one that it does say stands in.
        coalesce(created_at, qualified_at, opportunity_at, won_at, lost_at, updated_at) as created_at
    )
    from unioned

)

select * from identified
