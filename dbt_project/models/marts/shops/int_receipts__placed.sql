{# Receipts by the shop's own clock and in the brand's currency. What was voided is no sale and no return. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

receipts as (

    select * from {{ ref('receipts__unioned') }}

),

items as (

    select * from {{ ref('receipt_items__unioned') }}

),

stores as (

    select * from {{ ref('stores__unioned') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

item_counts as (

    select receipt_id, sum(coalesce(quantity, 1)) as item_count
    from items
    group by receipt_id

),

clocks as (

    select brand, store, min(time_zone) as time_zone
    from stores
    group by brand, store

),

-- A number may be that of several tills: then nobody knows which of their receipts is meant.
numbered as (

    select brand, source, account, store, source_receipt_id, min(receipt_id) as receipt_id
    from receipts
    where kind in ('sale', 'return')
    group by brand, source, account, store, source_receipt_id
    having count(*) = 1

),

taking_back as (

    select
        receipts.receipt_id,
        receipts.kind,
        numbered.receipt_id as returned_receipt_id

    from receipts
    inner join numbered
        on receipts.brand = numbered.brand
        and receipts.source = numbered.source
        and receipts.account = numbered.account
        and receipts.store = numbered.store
        and receipts.source_returned_receipt_id = numbered.source_receipt_id

),

voided as (

    select distinct returned_receipt_id as receipt_id
    from taking_back
    where kind = 'void'

),

timed as (

    select
        receipts.*,
        coalesce(clocks.time_zone, brands.time_zone, 'UTC') as time_zone,
        coalesce(brands.currency, receipts.currency) as brand_currency,
        coalesce(receipts.currency, brands.currency) as own_currency,
        taking_back.returned_receipt_id,
        voided.receipt_id is not null as is_voided,
        item_counts.item_count

    from receipts
    left join clocks
        on receipts.brand = clocks.brand
        and receipts.store = clocks.store
    left join brands on receipts.brand = brands.brand
    left join taking_back on receipts.receipt_id = taking_back.receipt_id
    left join voided on receipts.receipt_id = voided.receipt_id
    left join item_counts on receipts.receipt_id = item_counts.receipt_id

),

localised as (

    select
        *,
        {{ shop_time('sold_local', 'sold_offset_minutes', 'time_zone') }} as shop_time,
        {{ shop_time_in_utc('sold_local', 'sold_offset_minutes', 'time_zone') }} as sold_at,
        case
            when is_voided or kind not in ('sale', 'return') then 0
            when kind = 'return' then -abs(amount_original)
            else amount_original
        end as revenue_original

    from timed

),

placed as (

    select
        localised.receipt_id,
        localised.brand,
        localised.store,
        localised.till,
        {{ shown_employee('null', 'localised.employee') }} as employee,
        localised.kind,
        localised.kind = 'sale' and not localised.is_voided as is_sale,
        localised.kind = 'return' and not localised.is_voided as is_return,
        localised.kind = 'void' as is_void,
        localised.sold_at,
        cast(localised.shop_time as date) as date,
        cast(extract(hour from localised.shop_time) as integer) as hour,
        localised.shop_time,
        localised.item_count,
        {{ converted_money('localised.revenue_original', 'localised.own_currency', 'localised.brand_currency',
            'own_rates', 'brand_rates') }} as revenue,
        localised.brand_currency as currency,
        localised.loyalty_card,
        localised.promotion_code,
        localised.email_raw,
        localised.phone_raw,
        localised.self_reported_source,
        localised.returned_receipt_id

    from localised
    left join rates as own_rates
        on localised.own_currency = own_rates.currency
        and cast(localised.shop_time as date) = own_rates.rate_date
    left join rates as brand_rates
        on localised.brand_currency = brand_rates.currency
        and cast(localised.shop_time as date) = brand_rates.rate_date

)

select * from placed
