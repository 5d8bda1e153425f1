{# Of every month that was over, what was published before and what was restated since make what channel_performance
   holds now. #}

with

previous as (

    select * from {{ source('steps', 'previous_snapshot') }}
    where kind = 'number'

),

compared as (

    select max(as_of_day) as compared_day from {{ source('steps', 'previous_snapshot') }}
    having max(as_of_day) is not null

),

performance as (

    select
        brand,
        cast(date_trunc('month', date) as date) as month,
        channel,
        attribution_model,
        sum(spend) as spend,
        sum(inquiry_count) as inquiry_count,
        sum(valid_inquiry_count) as valid_inquiry_count,
        sum(lead_credit) as lead_credit,
        sum(sale_credit) as sale_credit,
        sum(revenue) as revenue

    from {{ ref('channel_performance') }}
    where date_basis = 'conversion'
    group by all

),

led_to as (

    select brand, month, channel, attribution_model, name as metric, value from previous
    union all
    select brand, month, channel, attribution_model, metric, difference from {{ ref('restatements') }}

),

-- What is measured is kept once and stands under each model.
parts as (

    {% for metric in ['spend', 'inquiry_count', 'valid_inquiry_count'] -%}
        select
            brand,
            month,
            channel,
            '{{ metric }}' as metric,
            cast(null as varchar) as attribution_model,
            -cast(max({{ metric }}) as double) as value

        from performance
        group by brand, month, channel

        union all

    {% endfor -%}
    {% for metric in ['lead_credit', 'sale_credit', 'revenue'] -%}
        select
            brand,
            month,
            channel,
            '{{ metric }}' as metric,
            attribution_model,
            -cast({{ metric }} as double) as value

        from performance

        union all

    {% endfor %}
    select
        brand,
        month,
        channel,
        metric,
        attribution_model,
        cast(value as double) as value

    from led_to

),

summed as (

    select
        parts.brand,
        parts.month,
        parts.channel,
        parts.metric,
        parts.attribution_model,
        sum(parts.value) as over_by

    from parts
    cross join compared
    where {{ dbt.dateadd('month', 1, 'parts.month') }} <= {{ dbt.dateadd('day', 1, 'compared.compared_day') }}
    group by all

)

select * from summed
where abs(over_by) > 0.000002
