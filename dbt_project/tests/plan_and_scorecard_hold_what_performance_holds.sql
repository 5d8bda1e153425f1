{# What was spent stands in the plan's table, and what was lost of it in the scorecard, to the last digit. #}

with

performance as (

    select
        brand,
        sum(spend) as spend,
        sum(revenue) as revenue

    from {{ ref('channel_performance') }}
    where attribution_model = 'last_non_direct'
        and date_basis = 'conversion'
    group by brand

),

compared as (

    select
        brand,
        sum(spend) as spend,
        sum(revenue) as revenue

    from {{ ref('plan_vs_actual') }}
    group by brand

),

wasted as (

    select
        brand,
        sum(spend_lost) as spend_lost

    from {{ ref('tool_waste') }}
    where waste_kind = 'spend_without_inquiry'
        and month <= {{ as_of_day() }}
    group by brand

),

scored as (

    select
        brand,
        sum(money) as money

    from {{ ref('problem_scorecard') }}
    where problem_number = 2
    group by brand

)

select performance.brand

from performance
left join compared on performance.brand = compared.brand
left join wasted on performance.brand = wasted.brand
left join scored on performance.brand = scored.brand
where performance.spend is distinct from compared.spend
    or performance.revenue is distinct from compared.revenue
    or coalesce(wasted.spend_lost, 0) <> coalesce(scored.money, 0)
