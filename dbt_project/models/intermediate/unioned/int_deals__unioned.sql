with

hubspot as (

    select * from {{ ref('int_deals__hubspot') }}

),

pipedrive as (

    select * from {{ ref('int_deals__pipedrive') }}

),

amocrm as (

    select * from {{ ref('int_deals__amocrm') }}

),

bitrix24 as (

    select * from {{ ref('int_deals__bitrix24') }}

),

salesforce as (

    select * from {{ ref('int_deals__salesforce') }}

),

manual_deals as (

    select * from {{ ref('stg_manual__deals') }}

),

manual as (

    select
        brand,
        'manual' as source,
        account,
        deal_id as source_deal_id,
        created_at,
        created_at as updated_at,
        contact_id as source_contact_id,
        inquiry_id as source_inquiry_id,
        email as email_raw,
        phone as phone_raw,
        amount as amount_original,
        margin as margin_original,
        upper(currency) as currency,
        qualified_at,
        opportunity_at,
        won_at,
        lost_at,
        lost_reason,
        cancelled_at,
        employee

    from manual_deals

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
