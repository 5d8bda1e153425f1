with

entrance_hours as (

    select * from {{ ref('int_entrance_hours__judged') }}

),

receipts as (

    select * from {{ ref('int_receipts__placed') }}

),

opened as (

    select * from {{ ref('int_store_hours__opened') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

visited as (

    select
        brand,
        store,
        date,
        hour,
        count(*) as entrance_count,
        count(case when counter_state = 'missing' then 1 end) as missing_entrance_count,
        count(case when counter_state = 'imputed' then 1 end) as imputed_entrance_count,
        sum(case when counter_state <> 'missing' then visitor_count end) as seen_visitor_count,
        sum(case when counter_state <> 'missing' then staff_count end) as staff_count,
        bool_and(is_net_of_staff) as is_net_of_staff

    from entrance_hours
    group by brand, store, date, hour

),

sold as (

    select
        brand,
        store,
        date,
        hour,
        count(case when is_sale then 1 end) as receipt_count,
        count(case when is_return then 1 end) as return_count,
        count(case when is_void then 1 end) as void_count,
        sum(case when is_sale then item_count end) as item_count,
        count(case when is_sale and item_count is not null then 1 end) as itemised_receipt_count,
        coalesce(sum(case when is_sale then revenue end), 0) as sold_amount,
        coalesce(sum(case when is_return then -revenue end), 0) as returned_amount,
        count(distinct case when is_sale then employee end) as seller_count,
        min(currency) as currency

    from receipts
    group by brand, store, date, hour

),

hours as (

    select brand, store, date, hour from visited
    union
    select brand, store, date, hour from sold
    union
    select brand, store, date, hour from opened
    where is_open

),

joined as (

    select
        hours.brand,
        hours.store,
        hours.date,
        hours.hour,
        opened.is_open,
        coalesce(visited.entrance_count, 0) as entrance_count,
        coalesce(visited.missing_entrance_count, 0) as missing_entrance_count,
        case
            when visited.entrance_count is null then 'no_counter'
            when visited.missing_entrance_count > 0 then 'missing'
            when visited.imputed_entrance_count > 0 then 'imputed'
            else 'counted'
        end as counter_state,
        cast(visited.seen_visitor_count as bigint) as seen_visitor_count,
        cast(
            case when visited.missing_entrance_count = 0 then visited.seen_visitor_count end as bigint
        ) as visitor_count,
        cast(visited.staff_count as bigint) as staff_count,
        visited.is_net_of_staff,
        coalesce(sold.receipt_count, 0) as receipt_count,
        coalesce(sold.return_count, 0) as return_count,
        coalesce(sold.void_count, 0) as void_count,
        sold.item_count,
        coalesce(sold.itemised_receipt_count, 0) as itemised_receipt_count,
        coalesce(sold.sold_amount, 0) as sold_amount,
        coalesce(sold.returned_amount, 0) as returned_amount,
        coalesce(sold.sold_amount, 0) - coalesce(sold.returned_amount, 0) as revenue,
        coalesce(sold.seller_count, 0) as seller_count,
        coalesce(sold.currency, brands.currency) as currency

    from hours
    left join visited
        on hours.brand = visited.brand
        and hours.store = visited.store
        and hours.date = visited.date
        and hours.hour = visited.hour
    left join sold
        on hours.brand = sold.brand
        and hours.store = sold.store
        and hours.date = sold.date
        and hours.hour = sold.hour
    left join opened
        on hours.brand = opened.brand
        and hours.store = opened.store
        and hours.date = opened.date
        and hours.hour = opened.hour
    left join brands on hours.brand = brands.brand

),

-- What a visitor of the month is worth, by the hours that were counted.
usual as (

    select
        brand,
        store,
        cast({{ dbt.date_trunc('month', 'date') }} as date) as month,
        sum(case when visitor_count is not null then receipt_count end)
        / cast(nullif(sum(visitor_count), 0) as double) as conversion,
        cast(sum(case when visitor_count is not null then sold_amount end) as double)
        / nullif(sum(visitor_count), 0) as amount_per_visitor

    from joined
    group by brand, store, cast({{ dbt.date_trunc('month', 'date') }} as date)

),

unsold as (

    select
        joined.*,
        case when joined.visitor_count > 0 and joined.receipt_count = 0 then joined.visitor_count else 0 end
        * usual.conversion as missed_receipt_count,
        case when joined.visitor_count > 0 and joined.receipt_count = 0 then joined.visitor_count else 0 end
        * usual.amount_per_visitor as missed_amount

    from joined
    inner join usual
        on joined.brand = usual.brand
        and joined.store = usual.store
        and cast({{ dbt.date_trunc('month', 'joined.date') }} as date) = usual.month

),

converted as (

    select
        brand,
        store,
        date,
        hour,
        is_open,
        counter_state,
        entrance_count,
        missing_entrance_count,
        visitor_count,
        seen_visitor_count,
        staff_count,
        is_net_of_staff,
        receipt_count,
        case when visitor_count is not null then receipt_count else 0 end as counted_receipt_count,
        return_count,
        void_count,
        cast(item_count as decimal(20, 6)) as item_count,
        itemised_receipt_count,
        cast(sold_amount as decimal(20, 6)) as sold_amount,
        cast(returned_amount as decimal(20, 6)) as returned_amount,
        cast(revenue as decimal(20, 6)) as revenue,
        currency,
        cast(receipt_count as double) / nullif(visitor_count, 0) as conversion,
        cast(sold_amount as double) / nullif(receipt_count, 0) as basket,
        cast(revenue as double) / nullif(visitor_count, 0) as revenue_per_visitor,
        cast(item_count as double) / nullif(itemised_receipt_count, 0) as items_per_receipt,
        seller_count,
        round(coalesce(missed_receipt_count, 0), 6) as missed_receipt_count,
        cast(round(coalesce(missed_amount, 0), 6) as decimal(20, 6)) as missed_amount

    from unsold

)

select * from converted
