{# Each problem brought to the same columns: of how much, how much is bad, what money hangs on it, where to look. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

measured as (

    select * from {{ ref('int_channel_months__measured') }}

),

coverage as (

    select * from {{ ref('channel_coverage') }}
    where is_in_programme

),

waste as (

    select * from {{ ref('tool_waste') }}
    where waste_kind = 'spend_without_inquiry'

),

inquiries as (

    select * from {{ ref('inquiries') }}
    where is_valid

),

lost as (

    select * from {{ ref('lost_inquiry_cost') }}

),

customers as (

    select * from {{ ref('sales') }}

),

demand as (

    select * from {{ ref('demand_vs_offer') }}

),

settings as (

    select * from {{ ref('int_settings__chosen') }}

),

months as (

    select distinct
        brand,
        month

    from measured
    where spend > 0
        or visit_count > 0
        or inquiry_count > 0

),

programme as (

    select
        months.brand,
        months.month,
        1 as problem_number,
        coverage.channel as item,
        1 as whole,
        case when count(measured.brand) = 0 then 1 else 0 end as bad,
        0 as money

    from months
    inner join coverage on months.brand = coverage.brand
    left join measured
        on months.brand = measured.brand
        and months.month = measured.month
        and coverage.channel = measured.channel
        and (measured.spend > 0 or measured.visit_count > 0 or measured.inquiry_count > 0)
    group by months.brand, months.month, coverage.channel

),

tools as (

    select
        measured.brand,
        measured.month,
        2 as problem_number,
        coalesce(measured.campaign_name, measured.channel) as item,
        sum(measured.spend) as whole,
        sum(coalesce(waste.spend_lost, 0)) as bad,
        sum(coalesce(waste.spend_lost, 0)) as money

    from measured
    left join waste
        on measured.brand = waste.brand
        and measured.month = waste.month
        and measured.channel = waste.channel
        and measured.platform is not distinct from waste.platform
        and measured.campaign_id is not distinct from waste.campaign_id
        and measured.campaign_name is not distinct from waste.campaign_name
    group by measured.brand, measured.month, coalesce(measured.campaign_name, measured.channel)

),

unexplained as (

    select
        brand,
        month,
        3 as problem_number,
        channel as item,
        sum(lead_count) as whole,
        sum(case when channel in ('unattributed', 'Unassigned') then lead_count else 0 end) as bad,
        sum(case when channel in ('unattributed', 'Unassigned') then revenue else 0 end) as money

    from measured
    group by brand, month, channel

),

unidentified as (

    select
        brand,
        cast(date_trunc('month', inquiry_date) as date) as month,
        4 as problem_number,
        source || ' ' || kind as item,
        count(*) as whole,
        count(case when grade in ('D', 'E') then 1 end) as bad,
        0 as money

    from inquiries
    group by brand, cast(date_trunc('month', inquiry_date) as date), source || ' ' || kind

),

asked as (

    select
        brand,
        cast(date_trunc('month', inquiry_date) as date) as month,
        5 as problem_number,
        channel as item,
        count(*) as whole,
        0 as bad,
        0 as money

    from inquiries
    group by brand, cast(date_trunc('month', inquiry_date) as date), channel

),

lost_inquiries as (

    select
        brand,
        inquiry_month as month,
        5 as problem_number,
        channel as item,
        0 as whole,
        sum(inquiry_count) as bad,
        sum(spend_lost) as money

    from lost
    group by brand, inquiry_month, channel

),

customers_then as (

    select
        months.brand,
        months.month,
        customers.person_id,
        max(customers.sale_date) as last_sale_date,
        sum(customers.margin) as margin

    from months
    inner join customers
        on months.brand = customers.brand
        and customers.sale_date < months.month + interval 1 month
        and coalesce(customers.cancelled_date >= months.month + interval 1 month, true)
    group by months.brand, months.month, customers.person_id

),

dormant as (

    select
        customers_then.brand,
        customers_then.month,
        6 as problem_number,
        'sold in ' || cast(cast(date_trunc('month', customers_then.last_sale_date) as date) as varchar) as item,
        1 as whole,
        case
            when customers_then.last_sale_date
                < cast(customers_then.month + interval 1 month as date) - settings.dormant_days then 1
            else 0
        end as bad,
        coalesce(customers_then.margin, 0) as margin

    from customers_then
    inner join settings on customers_then.brand = settings.brand

),

sleeping as (

    select
        brand,
        month,
        problem_number,
        item,
        sum(whole) as whole,
        sum(bad) as bad,
        sum(case when bad = 1 then margin else 0 end) as money

    from dormant
    group by brand, month, problem_number, item

),

refused as (

    select
        brand,
        month,
        7 as problem_number,
        product as item,
        greatest(sold_count, 0) + lost_count as whole,
        not_offered_count + not_in_stock_count + price_count as bad,
        (not_offered_count + not_in_stock_count + price_count) * revenue
        / case when sold_count > 0 then sold_count end as money

    from demand

),

unioned as (

    select * from programme
    union all
    select * from tools
    union all
    select * from unexplained
    union all
    select * from unidentified
    union all
    select * from asked
    union all
    select * from lost_inquiries
    union all
    select * from sleeping
    union all
    select * from refused

),

valued as (

    select
        brand,
        month,
        problem_number,
        item,
        cast(sum(whole) as double) as whole,
        cast(sum(bad) as double) as bad,
        cast(coalesce(sum(money), 0) as decimal(20, 6)) as money

    from unioned
    group by brand, month, problem_number, item

)

select * from valued
