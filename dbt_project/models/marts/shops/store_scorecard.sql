{# The seven problems where a shop sells, each brought to the same columns: of how much, how much is bad, and what money
   hangs on it. #}

with

days as (

    select *, cast({{ dbt.date_trunc('month', 'date') }} as date) as month
    from {{ ref('store_days') }}

),

hours as (

    select *, cast({{ dbt.date_trunc('month', 'date') }} as date) as month
    from {{ ref('store_conversion') }}

),

receipts as (

    select *, cast({{ dbt.date_trunc('month', 'date') }} as date) as month
    from {{ ref('int_receipts__placed') }}
    where is_sale

),

evidence as (

    select * from {{ ref('receipt_evidence') }}

),

identification as (

    select * from {{ ref('receipt_identification') }}

),

tools as (

    select * from {{ ref('store_tools__unioned') }}

),

settings as (

    select * from {{ ref('int_settings__chosen') }}

),

thresholds as (

    select * from {{ ref('stg_rules__problem_thresholds') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

months as (

    select distinct brand, store, month from days

),

toolless as (

    select
        days.brand,
        days.store,
        days.month,
        days.date,
        count(tools.store) as tool_count

    from days
    left join tools
        on days.brand = tools.brand
        and days.store = tools.store
        and days.date >= coalesce(cast(tools.held_from as date), days.date)
        and (tools.held_to is null or days.date < cast(tools.held_to as date))
    where days.open_hour_count > 0
    group by days.brand, days.store, days.month, days.date

),

programme as (

    select
        brand,
        store,
        month,
        1 as problem_number,
        'Open days on which no campaign, code or number was the shop''s' as indicator,
        count(*) as whole,
        count(case when tool_count = 0 then 1 end) as bad,
        cast(null as decimal(20, 6)) as money

    from toolless
    group by brand, store, month

),

coded as (

    select
        months.brand,
        months.store,
        months.month,
        tools.promotion_code,
        count(receipts.receipt_id) as receipt_count

    from months
    inner join tools
        on months.brand = tools.brand
        and months.store = tools.store
        and coalesce(cast(tools.held_from as date), months.month) < {{ dbt.dateadd('month', 1, 'months.month') }}
        and (tools.held_to is null or cast(tools.held_to as date) > months.month)
    left join receipts
        on months.brand = receipts.brand
        and months.store = receipts.store
        and months.month = receipts.month
        and tools.promotion_code = receipts.promotion_code
    where tools.promotion_code is not null
    group by months.brand, months.store, months.month, tools.promotion_code

),

unused as (

    select
        brand,
        store,
        month,
        2 as problem_number,
        'Codes of the month that no receipt showed' as indicator,
        count(*) as whole,
        count(case when receipt_count = 0 then 1 end) as bad,
        cast(null as decimal(20, 6)) as money

    from coded
    group by brand, store, month

),

unexplained as (

    select
        brand,
        store,
        month,
        3 as problem_number,
        'Receipts of which nothing shows where the sale came from' as indicator,
        sum(receipt_count) as whole,
        coalesce(sum(case when evidence = 'unattributed' then receipt_count end), 0) as bad,
        coalesce(sum(case when evidence = 'unattributed' then revenue end), 0) as money

    from evidence
    group by brand, store, month

),

unidentified as (

    select
        brand,
        store,
        month,
        4 as problem_number,
        'Receipts without a card, a code or a contact' as indicator,
        sum(receipt_count) as whole,
        sum(receipt_count - identified_count) as bad,
        sum(unidentified_amount) as money

    from identification
    group by brand, store, month

),

unserved as (

    select
        brand,
        store,
        month,
        5 as problem_number,
        'Visitors of hours in which nobody bought' as indicator,
        coalesce(sum(visitor_count), 0) as whole,
        coalesce(sum(case when missed_receipt_count > 0 then visitor_count end), 0) as bad,
        sum(missed_amount) as money

    from hours
    group by brand, store, month

),

cards as (

    select
        months.brand,
        months.store,
        months.month,
        receipts.loyalty_card,
        max(receipts.date) as last_date,
        sum(receipts.revenue) as revenue

    from months
    inner join receipts
        on months.brand = receipts.brand
        and months.store = receipts.store
        and receipts.date < {{ dbt.dateadd('month', 1, 'months.month') }}
    where receipts.loyalty_card is not null
    group by months.brand, months.store, months.month, receipts.loyalty_card

),

dormant as (

    select
        months.brand,
        months.store,
        months.month,
        cast({{ dbt.dateadd('day', '-settings.dormant_days', dbt.dateadd('month', 1, 'months.month')) }} as date)
            as before_date

    from months
    inner join settings on months.brand = settings.brand

),

sleeping as (

    select
        cards.brand,
        cards.store,
        cards.month,
        6 as problem_number,
        'Cards that were not shown for as long as a customer takes to be dormant' as indicator,
        count(*) as whole,
        count(case when cards.last_date < dormant.before_date then 1 end) as bad,
        coalesce(sum(case when cards.last_date < dormant.before_date then cards.revenue end), 0) as money

    from cards
    inner join dormant
        on cards.brand = dormant.brand
        and cards.store = dormant.store
        and cards.month = dormant.month
    group by cards.brand, cards.store, cards.month

),

given_back as (

    select
        brand,
        store,
        month,
        7 as problem_number,
        'Receipts that were given back' as indicator,
        sum(receipt_count) as whole,
        sum(return_count) as bad,
        sum(returned_amount) as money

    from days
    group by brand, store, month

),

unioned as (

    select * from programme
    union all
    select * from unused
    union all
    select * from unexplained
    union all
    select * from unidentified
    union all
    select * from unserved
    union all
    select * from sleeping
    union all
    select * from given_back

),

compared as (

    select
        unioned.brand,
        unioned.store,
        unioned.month,
        unioned.problem_number,
        thresholds.problem,
        unioned.indicator,
        cast(unioned.whole as double) as whole,
        cast(unioned.bad as double) as bad,
        cast(unioned.bad as double) / nullif(unioned.whole, 0) as indicator_value,
        cast(unioned.bad as double) / nullif(unioned.whole, 0)
        - lag(cast(unioned.bad as double) / nullif(unioned.whole, 0)) over (
            partition by unioned.brand, unioned.store, unioned.problem_number order by unioned.month
        ) as trend,
        cast(unioned.money as decimal(20, 6)) as money,
        brands.currency

    from unioned
    inner join thresholds on unioned.problem_number = thresholds.problem_number
    inner join brands on unioned.brand = brands.brand

)

select * from compared
