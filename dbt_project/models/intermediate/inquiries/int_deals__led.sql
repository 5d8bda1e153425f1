with

-- A deal that was brought over was made with its import, after it was won: no need that came between is its own.
deals as (

    select * replace (case when is_imported then least(created_at, won_at) else created_at end as created_at)
    from {{ ref('deals__unioned') }}

),

people as (

    select * from {{ ref('int_people__resolved') }}
    where record_type = 'deal'

),

contacts as (

    select * from {{ ref('int_people__resolved') }}
    where record_type = 'contact'

),

deal_contacts as (

    select * from {{ ref('deal_contacts__unioned') }}

),

named_deals as (

    select * from {{ ref('int_deals__named') }}

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
        led.person_id,
        cast(null as varchar) as contact_role,
        'same_inquiry' as matched_by,
        1 as precedence,
        led.occurred_at as created_at

    from deals
    inner join named_deals on deals.deal_id = named_deals.deal_id
    inner join led on named_deals.inquiry_id = led.inquiry_id

),

-- The newest need before the deal. A CRM that is told at once may stamp the deal a little before the inquiry.
in_time as (

    select
        deals.deal_id,
        leads.lead_id,
        leads.person_id,
        cast(null as varchar) as contact_role,
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

-- A deal of a firm has several people, and any of them may have inquired.
in_time_of_others as (

    select
        deals.deal_id,
        leads.lead_id,
        leads.person_id,
        deal_contacts.role as contact_role,
        'other_contact' as matched_by,
        3 as precedence,
        leads.created_at

    from deals
    inner join deal_contacts on deals.deal_id = deal_contacts.deal_id
    inner join contacts on deal_contacts.contact_id = contacts.record_id
    inner join leads
        on deals.brand = leads.brand
        and contacts.person_id = leads.person_id
        and leads.created_at <= deals.created_at + interval 1 day
        and leads.last_inquiry_at >= deals.created_at - interval '{{ var("lead_deal_days") }}' day

),

matches as (

    select * from named
    union all
    select * from in_time
    union all
    select * from in_time_of_others

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
        -- Who inquired through another contact of the deal is the one whom its marketing reached.
        case when best.matched_by = 'other_contact' then best.person_id else people.person_id end as person_id,
        best.lead_id,
        best.matched_by,
        best.contact_role

    from deals
    inner join people on deals.deal_id = people.record_id
    left join best on deals.deal_id = best.deal_id

)

select * from joined
