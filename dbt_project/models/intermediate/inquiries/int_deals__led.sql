with

deals as (

    select * from {{ ref('deals__unioned') }}

),

people as (

    select * from {{ ref('int_people__resolved') }}
    where record_type = 'deal'

),

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

led as (

    select * from {{ ref('int_inquiries__led') }}

),

leads as (

    select
        lead_id,
        brand,
        person_id,
        min(occurred_at) as created_at,
        max(occurred_at) as last_inquiry_at

    from led
    group by lead_id, brand, person_id

),

named as (

    select
        deals.deal_id,
        led.lead_id,
        'same_inquiry' as matched_by,
        1 as precedence,
        led.occurred_at as created_at

    from deals
    inner join inquiries
        on deals.brand = inquiries.brand
        and deals.source_inquiry_id = inquiries.source_record_id
    inner join led on inquiries.inquiry_id = led.inquiry_id

),

-- The newest need before the deal. A CRM that is told at once may stamp the deal a little before the inquiry.
in_time as (

    select
        deals.deal_id,
        leads.lead_id,
        'same_person' as matched_by,
        2 as precedence,
        leads.created_at

    from deals
    inner join people on deals.deal_id = people.record_id
    inner join leads
        on deals.brand = leads.brand
        and people.person_id = leads.person_id
        and leads.created_at <= deals.created_at + interval 1 day
        and leads.last_inquiry_at >= deals.created_at - interval '{{ var("lead_deal_days") }}' day

),

matches as (

    select * from named
    union all
    select * from in_time

),

best as (

    select * from matches
    qualify row_number() over (
        partition by deal_id order by precedence, created_at desc, lead_id
    ) = 1

),

joined as (

    select
        deals.deal_id,
        deals.brand,
        people.person_id,
        best.lead_id,
        best.matched_by

    from deals
    inner join people on deals.deal_id = people.record_id
    left join best on deals.deal_id = best.deal_id

)

select * from joined
