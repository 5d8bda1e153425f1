with

receipts as (

    select * from {{ ref('int_receipts__evidenced') }}

),

counted as (

    select
        brand,
        store,
        cast({{ dbt.date_trunc('month', 'date') }} as date) as month,
        evidence,
        channel,
        platform,
        campaign_name,
        unattributed_reason,
        count(case when is_sale then 1 end) as receipt_count,
        count(distinct person_id) as person_count,
        cast(coalesce(sum(revenue), 0) as decimal(20, 6)) as revenue,
        min(currency) as currency

    from receipts
    group by
        brand, store, cast({{ dbt.date_trunc('month', 'date') }} as date), evidence, channel, platform, campaign_name,
        unattributed_reason

),

shared as (

    select
        brand,
        store,
        month,
        evidence,
        channel,
        platform,
        campaign_name,
        unattributed_reason,
        receipt_count,
        person_count,
        revenue,
        currency,
        cast(receipt_count as double)
        / nullif(sum(receipt_count) over (partition by brand, store, month), 0) as share_of_receipts

    from counted

)

select * from shared
