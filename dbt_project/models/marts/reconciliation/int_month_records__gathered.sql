{# What the numbers of a month are made of, with all that they depend on beside people, touches and rules. #}

{{ config(schema = 'intermediate', access = 'private', materialized = 'view') }}

with

spend as (

    select * from {{ ref('int_spend__converted') }}

),

inquiries as (

    select * from {{ ref('inquiries') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}
    where conversion_type <> 'qualified_lead'

),

sales as (

    select * from {{ ref('int_sales__built') }}

),

charges as (

    select
        brand,
        cast(date_trunc('month', spend_date) as date) as month,
        'spend' as subject,
        {{ stable_id(['source', 'account', 'spend_date', 'coalesce(campaign_id, campaign_name)']) }} as record_id,
        cast(null as varchar) as person_id,
        cast(null as timestamp) as happened_at,
        {{ stable_id(['currency_original', 'sum(spend_original)', 'sum(spend)']) }} as facts

    from spend
    group by brand, source, account, spend_date, coalesce(campaign_id, campaign_name), currency_original

),

came_in as (

    select
        brand,
        cast(date_trunc('month', inquiry_date) as date) as month,
        'inquiry' as subject,
        inquiry_id as record_id,
        person_id,
        occurred_at as happened_at,
        {{ stable_id(['is_existing_customer']) }} as facts

    from inquiries

),

converted as (

    select
        conversions.brand,
        cast(date_trunc('month', conversions.conversion_date) as date) as month,
        case when conversions.conversion_type = 'lead' then 'lead' else 'sale' end as subject,
        conversions.conversion_id as record_id,
        conversions.person_id,
        conversions.converted_at as happened_at,
        {{ stable_id([
            'conversions.conversion_type', 'conversions.converted_at', 'conversions.lead_at',
            'conversions.qualified_at', 'conversions.opportunity_at', 'conversions.closed_at', 'sales.revenue'
        ]) }} as facts

    from conversions
    left join sales on conversions.conversion_id = sales.sale_id

),

given_back as (

    select
        brand,
        cast(date_trunc('month', cancelled_date) as date) as month,
        'sale' as subject,
        sale_id || ':cancelled' as record_id,
        person_id,
        cancelled_at as happened_at,
        {{ stable_id(['revenue']) }} as facts

    from sales
    where is_cancelled

),

gathered as (

    select * from charges
    union all
    select * from came_in
    union all
    select * from converted
    union all
    select * from given_back

)

select * from gathered
