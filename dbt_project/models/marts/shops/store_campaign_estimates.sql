{# What a campaign before some shops did to who came and bought there, by comparing weeks with and without it, and these
   shops with the others: the difference of two differences. Each week gives one logarithm of the ratio between the shops
   with and those without, so that what moves all of them, and how large a shop is, falls out. #}

{% set weeks_before = 12 %}
{% set least_days_of_a_week = 4 %}
{% set least_weeks = {'before': 3, 'during': 2} %}

with

tools as (

    select * from {{ ref('store_tools__unioned') }}

),

days as (

    select * from {{ ref('store_days') }}

),

-- What is always there is no campaign: there are no weeks without it.
held as (

    select distinct
        tools.brand,
        tools.store,
        tools.channel,
        coalesce(tools.platform, '') as platform,
        tools.campaign_name,
        cast(tools.held_from as date) as first_date,
        coalesce(
            cast({{ dbt.dateadd('day', -1, 'tools.held_to') }} as date), {{ as_of_day() }}
        ) as last_date

    from tools
    where tools.campaign_name is not null
        and tools.held_from is not null

),

campaigns as (

    select
        brand,
        channel,
        platform,
        campaign_name,
        first_date,
        last_date,
        count(distinct store) as store_count,
        {{ dbt.concat(['brand', "'|'", 'channel', "'|'", 'platform', "'|'", 'campaign_name', "'|'",
            'cast(first_date as varchar)', "'|'", 'cast(last_date as varchar)']) }} as campaign_key

    from held
    group by brand, channel, platform, campaign_name, first_date, last_date

),

shops as (

    select distinct brand, store from days

),

-- A shop that has another campaign in these weeks can tell nothing of this one.
sides as (

    select
        campaigns.campaign_key,
        campaigns.brand,
        shops.store,
        campaigns.first_date,
        campaigns.last_date,
        bool_or(own.store is not null) as is_treated,
        bool_or(others.store is not null) as is_disturbed

    from campaigns
    inner join shops on campaigns.brand = shops.brand
    left join held as own
        on campaigns.brand = own.brand
        and shops.store = own.store
        and campaigns.channel = own.channel
        and campaigns.platform = own.platform
        and campaigns.campaign_name = own.campaign_name
        and campaigns.first_date = own.first_date
        and campaigns.last_date = own.last_date
    left join held as others
        on campaigns.brand = others.brand
        and shops.store = others.store
        and others.first_date <= campaigns.last_date
        and others.last_date >= {{ dbt.dateadd('day', -7 * weeks_before, 'campaigns.first_date') }}
        and (
            campaigns.channel <> others.channel
            or campaigns.platform <> others.platform
            or campaigns.campaign_name <> others.campaign_name
            or campaigns.first_date <> others.first_date
            or campaigns.last_date <> others.last_date
        )
    group by campaigns.campaign_key, campaigns.brand, shops.store, campaigns.first_date, campaigns.last_date

),

compared as (

    select *
    from sides
    where is_treated or not is_disturbed

),

counts as (

    select
        campaigns.campaign_key,
        count(case when compared.is_treated then 1 end) as treated_count,
        count(case when compared.is_treated and compared.is_disturbed then 1 end) as disturbed_count,
        count(case when not compared.is_treated then 1 end) as control_count

    from campaigns
    left join compared on campaigns.campaign_key = compared.campaign_key
    group by campaigns.campaign_key

),

-- A day on which a counter was dead for an hour is none on which visitors can be compared; its receipts can.
measured as (

    select brand, store, date, 'visitors' as outcome, cast(visitor_count as double) as measure
    from days
    where open_hour_count > 0
        and uncounted_hour_count = 0
    union all
    select brand, store, date, 'receipts' as outcome, cast(receipt_count as double) as measure
    from days
    where open_hour_count > 0
    union all
    select brand, store, date, 'sold_amount' as outcome, cast(sold_amount as double) as measure
    from days
    where open_hour_count > 0

),

paired as (

    select
        compared.campaign_key,
        measured.outcome,
        measured.date,
        floor({{ dbt.datediff('compared.first_date', 'measured.date', 'day') }} / 7.0) as week_number,
        count(*) as shop_count,
        sum(case when compared.is_treated then measured.measure else 0 end) as treated,
        sum(case when compared.is_treated then 0 else measured.measure end) as control

    from compared
    inner join measured
        on compared.brand = measured.brand
        and compared.store = measured.store
        and measured.date >= {{ dbt.dateadd('day', -7 * weeks_before, 'compared.first_date') }}
        and measured.date <= compared.last_date
    group by
        compared.campaign_key, measured.outcome, measured.date,
        floor({{ dbt.datediff('compared.first_date', 'measured.date', 'day') }} / 7.0)

),

-- Only days of which every shop that is compared has a number: else a shop would come and go within the ratio.
weeks as (

    select
        paired.campaign_key,
        paired.outcome,
        paired.week_number >= 0 as is_during,
        sum(paired.treated) as treated,
        ln(sum(paired.treated) / sum(paired.control)) as log_ratio

    from paired
    inner join counts
        on paired.campaign_key = counts.campaign_key
        and paired.shop_count = counts.treated_count + counts.control_count
    group by paired.campaign_key, paired.outcome, paired.week_number
    having count(*) >= {{ least_days_of_a_week }}
        and sum(paired.treated) > 0
        and sum(paired.control) > 0

),

spread as (

    select
        campaign_key,
        outcome,
        count(case when not is_during then 1 end) as weeks_before,
        count(case when is_during then 1 end) as weeks_during,
        sum(case when is_during then treated else 0 end) as treated_during,
        avg(case when is_during then log_ratio end) - avg(case when not is_during then log_ratio end) as log_effect,
        coalesce(var_pop(case when is_during then log_ratio end) * count(case when is_during then 1 end), 0)
        + coalesce(var_pop(case when not is_during then log_ratio end) * count(case when not is_during then 1 end), 0)
            as squares

    from weeks
    group by campaign_key, outcome

),

outcomes as (

    select distinct outcome from measured

),

judged as (

    select
        campaigns.campaign_key,
        campaigns.brand,
        campaigns.channel,
        campaigns.platform,
        campaigns.campaign_name,
        campaigns.first_date,
        campaigns.last_date,
        outcomes.outcome,
        campaigns.store_count,
        counts.control_count,
        coalesce(spread.weeks_before, 0) as weeks_before,
        coalesce(spread.weeks_during, 0) as weeks_during,
        spread.treated_during,
        spread.log_effect,
        spread.squares,
        case
            when counts.treated_count = 0 then 'shop_without_days'
            when counts.disturbed_count > 0 then 'several_campaigns'
            when counts.control_count = 0 then 'no_other_shop'
            when coalesce(spread.weeks_before, 0) < {{ least_weeks['before'] }} then 'too_few_weeks_before'
            when coalesce(spread.weeks_during, 0) < {{ least_weeks['during'] }} then 'too_few_weeks_during'
        end as not_estimated_because

    from campaigns
    inner join counts on campaigns.campaign_key = counts.campaign_key
    cross join outcomes
    left join spread
        on campaigns.campaign_key = spread.campaign_key
        and outcomes.outcome = spread.outcome

),

bounded as (

    select
        *,
        case when not_estimated_because is null then log_effect end as estimate,
        case
            when not_estimated_because is null
                then {{ student_t_95('weeks_before + weeks_during - 2') }}
                    * sqrt(
                        squares / (weeks_before + weeks_during - 2) * (1.0 / weeks_before + 1.0 / weeks_during)
                    )
        end as margin_of_error

    from judged

),

estimated as (

    select
        brand,
        channel,
        nullif(platform, '') as platform,
        campaign_name,
        first_date,
        last_date,
        outcome,
        store_count,
        control_count as control_store_count,
        weeks_before,
        weeks_during,
        not_estimated_because,
        round(exp(estimate) - 1, 6) as effect_share,
        round(exp(estimate - margin_of_error) - 1, 6) as effect_share_low,
        round(exp(estimate + margin_of_error) - 1, 6) as effect_share_high,
        round(case when estimate is not null then treated_during end, 2) as measured_during,
        round(treated_during * (1 - exp(-estimate)), 2) as extra,
        round(treated_during * (1 - exp(-(estimate - margin_of_error))), 2) as extra_low,
        round(treated_during * (1 - exp(-(estimate + margin_of_error))), 2) as extra_high

    from bounded

)

select * from estimated
