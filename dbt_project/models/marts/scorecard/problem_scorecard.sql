with

valued as (

    -- East of UTC the last day ends in the next month: an hour of a month is none.
    select * from {{ ref('int_problems__valued') }}
    where month <= {{ as_of_day() }}

),

thresholds as (

    select * from {{ ref('stg_rules__problem_thresholds') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

ranked as (

    select
        *,
        row_number() over (partition by brand, month, problem_number order by money desc, bad desc, item) as place

    from valued

),

totalled as (

    select
        brand,
        month,
        problem_number,
        sum(bad) / nullif(sum(whole), 0) as indicator_value,
        cast(sum(money) as decimal(20, 6)) as money,
        max(case when place = 1 and bad > 0 then item end) as look_at_first,
        max(case when place = 2 and bad > 0 then item end) as look_at_second,
        max(case when place = 3 and bad > 0 then item end) as look_at_third

    from ranked
    group by brand, month, problem_number

),

compared as (

    select
        totalled.brand,
        totalled.month,
        totalled.problem_number,
        thresholds.problem,
        thresholds.note as indicator,
        totalled.indicator_value,
        thresholds.threshold,
        coalesce(totalled.indicator_value > thresholds.threshold, false) as is_problem,
        totalled.indicator_value
        - lag(totalled.indicator_value) over (
            partition by totalled.brand, totalled.problem_number order by totalled.month
        ) as trend,
        totalled.money,
        brands.currency,
        totalled.look_at_first,
        totalled.look_at_second,
        totalled.look_at_third

    from totalled
    inner join thresholds on totalled.problem_number = thresholds.problem_number
    inner join brands on totalled.brand = brands.brand

)

select * from compared
