-- What tills took in and gave back is there, once, whatever is known of where it came from; and nothing has a channel
-- without evidence.
with

shown as (

    select brand, store, sum(revenue) as revenue, sum(receipt_count) as receipt_count
    from {{ ref('receipt_evidence') }}
    group by brand, store

),

sold as (

    select brand, store, sum(revenue) as revenue, sum(receipt_count) as receipt_count
    from {{ ref('store_conversion') }}
    group by brand, store

)

select coalesce(shown.brand, sold.brand) as brand, coalesce(shown.store, sold.store) as store
from shown
full outer join sold
    on shown.brand = sold.brand
    and shown.store = sold.store
where coalesce(shown.revenue, 0) <> coalesce(sold.revenue, 0)
    or coalesce(shown.receipt_count, 0) <> coalesce(sold.receipt_count, 0)

union all

select brand, store
from {{ ref('receipt_evidence') }}
where (evidence = 'unattributed') <> (channel = 'unattributed')
