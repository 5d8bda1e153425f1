with

hours as (

    select * from {{ ref('store_conversion') }}

),

receipts as (

    select * from {{ ref('int_receipts__evidenced') }}
    where is_sale

),

evidenced as (

    select
        brand,
        store,
        date,
        count(case when has_card or has_code or has_contact then 1 end) as identified_receipt_count,
        count(case when evidence <> 'unattributed' then 1 end) as attributed_receipt_count

    from receipts
    group by brand, store, date

),

added as (

    select
        hours.brand,
        hours.store,
        hours.date,
        count(case when hours.is_open then 1 end) as open_hour_count,
        count(case when hours.is_open and hours.visitor_count is null then 1 end) as uncounted_hour_count,
        cast(coalesce(sum(hours.visitor_count), 0) as bigint) as visitor_count,
        cast(sum(hours.counted_receipt_count) as bigint) as counted_receipt_count,
        cast(sum(hours.receipt_count) as bigint) as receipt_count,
        cast(sum(hours.return_count) as bigint) as return_count,
        cast(sum(hours.sold_amount) as decimal(20, 6)) as sold_amount,
        cast(sum(hours.returned_amount) as decimal(20, 6)) as returned_amount,
        cast(sum(hours.revenue) as decimal(20, 6)) as revenue,
        min(hours.currency) as currency

    from hours
    group by hours.brand, hours.store, hours.date

),

joined as (

    select
        added.brand,
        added.store,
        added.date,
        added.open_hour_count,
        added.uncounted_hour_count,
        added.visitor_count,
        added.counted_receipt_count,
        added.receipt_count,
        coalesce(evidenced.identified_receipt_count, 0) as identified_receipt_count,
        coalesce(evidenced.attributed_receipt_count, 0) as attributed_receipt_count,
        added.return_count,
        added.sold_amount,
        added.returned_amount,
        added.revenue,
        added.currency

    from added
    left join evidenced
        on added.brand = evidenced.brand
        and added.store = evidenced.store
        and added.date = evidenced.date

)

select * from joined
