{# A lead has the channel and the handling of its first inquiry: whole leads, not shares of them. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

leads as (

    select * from {{ ref('int_leads__built') }}

),

handling as (

    select * from {{ ref('inquiry_handling') }}

),

channelled as (

    select
        leads.lead_id,
        leads.brand,
        leads.person_id,
        leads.created_at,
        cast(date_trunc('month', leads.created_date) as date) as cohort_month,
        coalesce(handling.channel, 'unattributed') as channel,
        handling.handling as first_handling,
        handling.response_minutes,
        handling.working_response_minutes,
        leads.first_deal_at,
        leads.qualified_at,
        leads.opportunity_at,
        leads.won_at,
        leads.lost_at,
        leads.lost_reason,
        leads.deal_count > 0 as has_deal,
        leads.is_qualified,
        leads.is_won

    from leads
    left join handling on leads.first_inquiry_id = handling.inquiry_id

)

select * from channelled
