with

deals as (

    select * from {{ ref('int_deals__unioned') }}
    where won_at is not null
        and cancelled_at is null

),

deals_led as (

    select * from {{ ref('int_deals__led') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

-- A CRM that knows one currency doesn't write it down. A deal without an amount sold for nothing known.
owned as (

    select
        deals.deal_id,
        deals.brand,
        deals.source,
        deals.account,
        deals.source_deal_id,
        deals_led.person_id,
        deals_led.lead_id,
        deals_led.matched_by,
        deals.won_at as sold_at,
        cast({{ local_time('deals.won_at', 'brands.time_zone') }} as date) as sale_date,
        coalesce(deals.amount_original, 0) as revenue_original,
        deals.margin_original,
        coalesce(deals.currency, brands.currency) as currency_original,
        brands.currency,
        deals.cancelled_at,
        deals.employee,
        deals.created_at,
        deals.qualified_at,
        deals.opportunity_at

    from deals
    inner join deals_led on deals.deal_id = deals_led.deal_id
    inner join brands on deals.brand = brands.brand

),

converted as (

    select
        owned.*,
        {{ converted_money('owned.revenue_original', 'owned.currency_original', 'owned.currency',
            'own_rates', 'brand_rates') }} as revenue,
        {{ converted_money('owned.margin_original', 'owned.currency_original', 'owned.currency',
            'own_rates', 'brand_rates') }} as margin,
        owned.currency_original <> owned.currency
        and (own_rates.units_per_euro is null or brand_rates.units_per_euro is null) as is_rate_missing

    from owned
    left join rates as own_rates
        on owned.currency_original = own_rates.currency
        and owned.sale_date = own_rates.rate_date
    left join rates as brand_rates
        on owned.currency = brand_rates.currency
        and owned.sale_date = brand_rates.rate_date

),

built as (

    select
        {{ stable_id(["'sale'", 'deal_id']) }} as sale_id,
        brand,
        source,
        account,
        source_deal_id,
        deal_id,
        person_id,
        lead_id,
        matched_by as lead_matched_by,
        sold_at,
        sale_date,
        revenue,
        margin,
        currency,
        revenue_original,
        margin_original,
        currency_original,
        is_rate_missing,
        row_number() over (partition by brand, person_id order by sold_at, deal_id) = 1 as is_first_sale,
        cancelled_at is not null as is_cancelled,
        employee,
        created_at,
        qualified_at,
        opportunity_at

    from converted

)

select * from built
