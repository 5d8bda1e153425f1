with

sales as (

    select * from {{ ref('sales') }}
    where not is_cancelled

),

customers as (

    select * from {{ ref('int_customers__acquired') }}

),

settings as (

    select * from {{ ref('int_settings__chosen') }}

),

bought as (

    select
        brand,
        person_id,
        min(sale_date) as first_sale_date,
        max(sale_date) as last_sale_date,
        {{ dbt.datediff('max(sale_date)', as_of_day(), 'day') }} as recency_days,
        count(*) as sale_count,
        sum(revenue) as revenue,
        sum(margin) as margin,
        max(currency) as currency

    from sales
    group by brand, person_id

),

scored as (

    select
        *,
        {{ fifth_of('last_sale_date', 'brand') }} as recency_score,
        {{ fifth_of('sale_count', 'brand') }} as frequency_score,
        {{ fifth_of('coalesce(revenue, 0)', 'brand') }} as monetary_score

    from bought

),

published as (

    select
        scored.brand,
        scored.person_id,
        customers.channel,
        scored.first_sale_date,
        scored.last_sale_date,
        cast(scored.recency_days as integer) as recency_days,
        scored.sale_count,
        cast(scored.revenue as decimal(20, 6)) as revenue,
        cast(scored.margin as decimal(20, 6)) as margin,
        scored.currency,
        cast(scored.recency_score as integer) as recency_score,
        cast(scored.frequency_score as integer) as frequency_score,
        cast(scored.monetary_score as integer) as monetary_score,
        case
            when scored.recency_days >= settings.dormant_days and scored.monetary_score >= 4 then 'win back'
            when scored.recency_days >= settings.dormant_days then 'dormant'
            when scored.sale_count > 1 and scored.monetary_score >= 4 then 'best'
            when scored.sale_count > 1 then 'loyal'
            else 'new'
        end as segment

    from scored
    inner join settings on scored.brand = settings.brand
    left join customers
        on scored.brand = customers.brand
        and scored.person_id = customers.person_id

)

select * from published
