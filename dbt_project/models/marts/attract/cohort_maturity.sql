{# How much of what a month's touches will bring has come. Who reads a return by touch date needs it: what is still
   to come makes every young month look bad. #}

with

leads as (

    select
        brand,
        'lead' as conversion_type,
        lead_id as conversion_id,
        channel,
        touch_date,
        conversion_date
        {%- for attribution_model in attribution_models() %},
        cast({{ attribution_model }} as decimal(18, 12)) as {{ attribution_model }}
        {%- endfor %}

    from {{ ref('int_leads__credited') }}
    where touchpoint_id is not null

),

sales as (

    select
        brand,
        'sale' as conversion_type,
        sale_id as conversion_id,
        channel,
        touch_date,
        conversion_date
        {%- for attribution_model in attribution_models() %},
        cast({{ attribution_model }} as decimal(18, 12)) as {{ attribution_model }}
        {%- endfor %}

    from {{ ref('int_sales__credited') }}
    where touchpoint_id is not null
        and not is_cancelled

),

lookback_windows as (

    select
        case when conversion_type in ('first_sale', 'repeat_sale') then 'sale' else conversion_type end
            as conversion_type,
        max(days) as days

    from {{ ref('int_lookback_windows__resolved') }}
    where conversion_type <> 'qualified_lead'
    group by case when conversion_type in ('first_sale', 'repeat_sale') then 'sale' else conversion_type end

),

settings as (

    select * from {{ ref('int_settings__chosen') }}

),

conversions as (

    select * from leads
    union all
    select * from sales

),

-- Millions of shares fall on few pairs of days.
by_days_widened as (

    select
        brand,
        conversion_type,
        channel,
        touch_date,
        conversion_date
        {%- for attribution_model in attribution_models() %},
        sum({{ attribution_model }}) as {{ attribution_model }}
        {%- endfor %}

    from conversions
    group by brand, conversion_type, channel, touch_date, conversion_date

),

by_days as (

    {{ by_attribution_model(
        'by_days_widened', ['brand', 'conversion_type', 'channel', 'touch_date', 'conversion_date']
    ) }}

),

-- Nothing comes later than a window after the month's last touch.
dated as (

    select
        by_days.*,
        cast(date_trunc('month', by_days.touch_date) as date) as month,
        {{ dbt.datediff('by_days.touch_date', 'by_days.conversion_date', 'day') }} as lag_days,
        cast(date_trunc('month', by_days.touch_date) + interval 1 month as date) - 1 + lookback_windows.days
        <= {{ as_of_day() }} as is_mature

    from by_days
    inner join lookback_windows on by_days.conversion_type = lookback_windows.conversion_type

),

lags as (

    select
        brand,
        conversion_type,
        attribution_model,
        channel,
        lag_days,
        sum(credit) as credit

    from dated
    where is_mature
    group by brand, conversion_type, attribution_model, channel, lag_days

),

-- A conversion counts once for a channel, however many of its touches earned.
mature_conversions as (

    select
        conversions.brand,
        conversions.conversion_type,
        conversions.channel,
        conversions.conversion_id
        {%- for attribution_model in attribution_models() %},
        max(case when conversions.{{ attribution_model }} is not null then 1 end) as {{ attribution_model }}
        {%- endfor %}

    from conversions
    inner join lookback_windows on conversions.conversion_type = lookback_windows.conversion_type
    where cast(date_trunc('month', conversions.touch_date) + interval 1 month as date) - 1 + lookback_windows.days
        <= {{ as_of_day() }}
    group by conversions.brand, conversions.conversion_type, conversions.channel, conversions.conversion_id

),

mature_counts_widened as (

    select
        brand,
        conversion_type,
        channel
        {%- for attribution_model in attribution_models() %},
        nullif(count({{ attribution_model }}), 0) as {{ attribution_model }}
        {%- endfor %}

    from mature_conversions
    group by brand, conversion_type, channel

),

mature_counts as (

    {{ by_attribution_model(
        'mature_counts_widened', ['brand', 'conversion_type', 'channel'], {'conversion_count': ''}
    ) }}

),

evidence as (

    select
        lags.brand,
        lags.conversion_type,
        lags.attribution_model,
        lags.channel,
        max(mature_counts.conversion_count) as conversion_count,
        sum(lags.credit) as credit

    from lags
    inner join mature_counts
        on lags.brand = mature_counts.brand
        and lags.conversion_type = mature_counts.conversion_type
        and lags.attribution_model = mature_counts.attribution_model
        and lags.channel = mature_counts.channel
    group by lags.brand, lags.conversion_type, lags.attribution_model, lags.channel

),

cohorts as (

    select
        brand,
        month,
        conversion_type,
        attribution_model,
        channel,
        is_mature,
        least(cast(month + interval 1 month as date) - 1, {{ as_of_day() }}) as last_day,
        sum(credit) as credit

    from dated
    group by brand, month, conversion_type, attribution_model, channel, is_mature

),

-- Of a touch on each day of the month, the days are counted that are as old as the lag.
arrived as (

    select
        cohorts.brand,
        cohorts.month,
        cohorts.conversion_type,
        cohorts.attribution_model,
        cohorts.channel,
        sum(
            lags.credit * greatest(
                least(cohorts.last_day, {{ as_of_day() }} - cast(lags.lag_days as integer)) - cohorts.month + 1, 0
            )
        ) / nullif(greatest(cohorts.last_day - cohorts.month + 1, 0), 0) as credit

    from cohorts
    inner join lags
        on cohorts.brand = lags.brand
        and cohorts.conversion_type = lags.conversion_type
        and cohorts.attribution_model = lags.attribution_model
        and cohorts.channel = lags.channel
    group by
        cohorts.brand, cohorts.month, cohorts.conversion_type, cohorts.attribution_model, cohorts.channel,
        cohorts.last_day

),

estimated as (

    select
        cohorts.brand,
        cohorts.month,
        cohorts.channel,
        cohorts.conversion_type,
        cohorts.attribution_model,
        cohorts.credit,
        cohorts.is_mature,
        coalesce(evidence.conversion_count, 0) as mature_conversion_count,
        case
            when cohorts.is_mature then 1
            when evidence.conversion_count >= settings.maturity_min_conversions
                then cast(arrived.credit as double) / nullif(cast(evidence.credit as double), 0)
        end as maturity_share

    from cohorts
    inner join settings on cohorts.brand = settings.brand
    left join evidence
        on cohorts.brand = evidence.brand
        and cohorts.conversion_type = evidence.conversion_type
        and cohorts.attribution_model = evidence.attribution_model
        and cohorts.channel = evidence.channel
    left join arrived
        on cohorts.brand = arrived.brand
        and cohorts.month = arrived.month
        and cohorts.conversion_type = arrived.conversion_type
        and cohorts.attribution_model = arrived.attribution_model
        and cohorts.channel = arrived.channel

),

matured as (

    select
        brand,
        month,
        channel,
        conversion_type,
        attribution_model,
        cast(credit as double) as credit,
        is_mature,
        cast(mature_conversion_count as bigint) as mature_conversion_count,
        cast(maturity_share as double) as maturity_share,
        cast(credit as double) / nullif(cast(maturity_share as double), 0) as expected_credit

    from estimated

)

select * from matured
