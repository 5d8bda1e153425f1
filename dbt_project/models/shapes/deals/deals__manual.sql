with

manual_deals as (

    select * from {{ ref('stg_manual__deals') }}

),

employees as (

    select * from {{ ref('int_employees__listed') }}

),

shaped as (

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

)

select * from shaped
