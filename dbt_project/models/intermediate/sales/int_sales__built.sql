with

deals as (

    select * from {{ ref('deals__unioned') }}
    where won_at is not null
        -- Below zero it is a credit note: nothing was sold, and nobody became a customer.
        and coalesce(amount_original, 0) >= 0

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

-- Nothing is given back before it was bought, whatever the CRM's clocks say.
won as (

    select
        *,
        case when cancelled_at < won_at then won_at else cancelled_at end as given_back_at

    from deals

),

-- A CRM that knows one currency doesn't write it down. A deal without an amount sold for nothing known.
owned as (

    select
        won.deal_id,
        won.brand,
        won.source,
        won.account,
        won.source_deal_id,
        deals_led.person_id,
        deals_led.lead_id,
        deals_led.matched_by,
        won.won_at as sold_at,
        cast({{ local_time('won.won_at', 'brands.time_zone') }} as date) as sale_date,
        coalesce(won.amount_original, 0) as revenue_original,
        won.margin_original,
        won.returned_original,
        won.is_imported,
        won.stage_decided_by,
        coalesce(won.currency, brands.currency) as currency_original,
        brands.currency,
        won.given_back_at as cancelled_at,
        cast({{ local_time('won.given_back_at', 'brands.time_zone') }} as date) as cancelled_date,
        won.employee,
        won.created_at,
        won.qualified_at,
        won.opportunity_at

    from won
    inner join deals_led on won.deal_id = deals_led.deal_id
    inner join brands on won.brand = brands.brand

),

converted as (

    select
        owned.*,
        {{ converted_money('owned.revenue_original', 'owned.currency_original', 'owned.currency',
            'own_rates', 'brand_rates') }} as revenue,
        {{ converted_money('owned.margin_original', 'owned.currency_original', 'owned.currency',
            'own_rates', 'brand_rates') }} as margin,
        {{ converted_money('owned.returned_original', 'owned.currency_original', 'owned.currency',
            'own_rates', 'brand_rates') }} as revenue_returned,
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
        revenue_returned,
        currency,
        revenue_original,
        margin_original,
        currency_original,
        is_rate_missing,
        is_imported,
        stage_decided_by,
        -- Who gave everything back is no customer yet: the next sale is the first again.
        count(case when cancelled_at is null then 1 end) over (
            partition by brand, person_id
            order by sold_at, deal_id
            rows between unbounded preceding and 1 preceding
        ) = 0 as is_first_sale,
        cancelled_at is not null as is_cancelled,
        cancelled_at,
        cancelled_date,
        employee,
        created_at,
        qualified_at,
        opportunity_at

    from converted

)

select * from built
