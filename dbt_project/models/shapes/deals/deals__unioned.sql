with

hubspot as (

    select * from {{ ref('deals__hubspot') }}

),

pipedrive as (

    select * from {{ ref('deals__pipedrive') }}

),

amocrm as (

    select * from {{ ref('deals__amocrm') }}

),

bitrix24 as (

    select * from {{ ref('deals__bitrix24') }}

),

salesforce as (

    select * from {{ ref('deals__salesforce') }}

),

stripe as (

    select * from {{ ref('deals__stripe') }}

),

manual_deals as (

    select * from {{ ref('stg_manual__deals') }}

),

employees as (

    select * from {{ ref('int_employees__listed') }}

),

manual as (

    select
        manual_deals.brand,
        'manual' as source,
        manual_deals.account,
        manual_deals.deal_id as source_deal_id,
        manual_deals.created_at,
        manual_deals.created_at as updated_at,
        manual_deals.contact_id as source_contact_id,
        manual_deals.inquiry_id as source_inquiry_id,
        manual_deals.email as email_raw,
        manual_deals.phone as phone_raw,
        manual_deals.amount as amount_original,
        manual_deals.margin as margin_original,
        upper(manual_deals.currency) as currency,
        manual_deals.qualified_at,
        manual_deals.opportunity_at,
        manual_deals.won_at,
        manual_deals.lost_at,
        manual_deals.lost_reason,
        manual_deals.cancelled_at,
        {{ shown_employee('employees.employee', 'manual_deals.employee') }} as employee

    from manual_deals
    left join employees
        on manual_deals.brand = employees.brand
        and lower(trim(manual_deals.employee)) = employees.email

),

unioned as (

    select * from hubspot
    union all
    select * from pipedrive
    union all
    select * from amocrm
    union all
    select * from bitrix24
    union all
    select * from salesforce
    union all
    select * from stripe
    union all
    select * from manual

),

identified as (

    select
        {{ stable_id(['brand', 'source', 'account', 'source_deal_id']) }} as deal_id,
        brand,
        source,
        account,
        source_deal_id,
        created_at,
        updated_at,
        source_contact_id,
        source_inquiry_id,
        email_raw,
        phone_raw,
        cast(amount_original as decimal(20, 6)) as amount_original,
        cast(margin_original as decimal(20, 6)) as margin_original,
        currency,
        qualified_at,
        opportunity_at,
        won_at,
        lost_at,
        lost_reason,
        cancelled_at,
        employee

    from unioned

)

select * from identified
