{# What is still to be won, and what brought it. Nobody has paid yet: money is at the exchange rate of the last day. #}

with

deals as (

    select * from {{ ref('deals__unioned') }}
    where won_at is null
        and lost_at is null
        and cancelled_at is null
        -- A credit note is no need of anybody.
        and coalesce(amount_original, 0) >= 0

),

deals_led as (

    select * from {{ ref('int_deals__led') }}

),

leads as (

    select * from {{ ref('leads') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}
    where rate_date = {{ as_of_day() }}

),

published as (

    select
        deals.brand,
        deals.deal_id,
        deals.source,
        deals.account,
        deals.source_deal_id,
        deals_led.person_id,
        deals_led.lead_id,
        coalesce(leads.channel, 'unattributed') as channel,
        leads.platform,
        leads.campaign_id,
        leads.campaign_name,
        leads.product,
        deals.employee,
        deals.created_at,
        cast({{ local_time('deals.created_at', 'brands.time_zone') }} as date) as created_date,
        {{ dbt.datediff(
            'cast(' ~ local_time('deals.created_at', 'brands.time_zone') ~ ' as date)', as_of_day(), 'day'
        ) }} as age_days,
        case
            when deals.opportunity_at is not null then 'opportunity'
            when deals.qualified_at is not null then 'qualified'
            else 'in work'
        end as stage,
        {{ converted_money('deals.amount_original', 'coalesce(deals.currency, brands.currency)', 'brands.currency',
            'own_rates', 'brand_rates') }} as value,
        brands.currency,
        case
            when coalesce(deals.currency, brands.currency) = 'EUR' then deals.amount_original
            else cast(cast(deals.amount_original as double) / own_rates.units_per_euro as decimal(20, 6))
        end as value_eur,
        deals.amount_original as value_original,
        coalesce(deals.currency, brands.currency) as currency_original

    from deals
    inner join brands on deals.brand = brands.brand
    inner join deals_led on deals.deal_id = deals_led.deal_id
    left join leads on deals_led.lead_id = leads.lead_id
    left join rates as own_rates on coalesce(deals.currency, brands.currency) = own_rates.currency
    left join rates as brand_rates on brands.currency = brand_rates.currency

)

select * from published
