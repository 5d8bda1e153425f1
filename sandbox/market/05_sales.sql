-- What became of the inquiries in the CRM: contacts, deals and their stages, products, call-backs.
create table contacts as
select
    inquiries.*, (700000 + person)::text as contact_id,
    occurred_at + to_seconds(60 + floor(chance('entered', person) * 1500)::bigint) as created_at
from inquiries
where nature = 'real' and not is_missing_in_crm
qualify row_number() over (partition by person order by occurred_at, record_number) = 1;

create table deal_plans as
with first_deals as (
    select
        record_number as deal_number, person, brand, product, false as is_repeat, employee,
        occurred_at + to_seconds(1800 + floor(chance('deal', record_number) * 200000)::bigint) as created_at
    from inquiries
    where nature = 'real' and not is_missing_in_crm and chance('opens', record_number) < 0.62
),
courses as (
    select
        *,
        created_at + to_seconds(7200 + floor(chance('qualify', deal_number) * 300000)::bigint) as qualified_at,
        chance('is qualified', deal_number) < 0.78 as is_qualified, chance('is presented', deal_number) < 0.78 as is_presented, chance('is won', deal_number) < 0.62 as is_won
    from first_deals
),
dated as (
    select
        *,
        qualified_at + to_seconds(86400 + floor(chance('present', deal_number) * 500000)::bigint) as presented_at
    from courses
),
closed as (
    select *, presented_at + to_seconds(86400 + floor(chance('close', deal_number) * 1200000)::bigint) as closed_at from dated
),
-- Some who bought come back for something smaller.
repeats as (
    select
        deal_number + 1000000000 as deal_number, person, brand, product, true as is_repeat, employee,
        closed_at + to_seconds(1500000 + floor(chance('repeat', deal_number) * 4000000)::bigint) as created_at
    from closed
    where is_qualified and is_presented and is_won and chance('comes back', deal_number) < 0.16
),
repeat_courses as (
    select *, created_at + to_seconds(86400) as qualified_at, true as is_qualified, true as is_presented, chance('is won', deal_number) < 0.85 as is_won,
        created_at + to_seconds(200000) as presented_at, created_at + to_seconds(300000 + floor(chance('close', deal_number) * 500000)::bigint) as closed_at
    from repeats
)
select * from closed
union all by name
select * from repeat_courses;

create table deals as
with known as (
    select
        deal_plans.* replace (
            case when is_qualified and qualified_at < getvariable('end_at') then qualified_at end as qualified_at,
            case when is_qualified and is_presented and presented_at < getvariable('end_at') then presented_at end as presented_at
        ),
        case when is_qualified and is_presented and is_won and closed_at < getvariable('end_at') then closed_at end as won_at,
        case
            when not is_qualified and qualified_at < getvariable('end_at') then qualified_at
            when is_qualified and not is_presented and presented_at < getvariable('end_at') then presented_at
            when is_qualified and is_presented and not is_won and closed_at < getvariable('end_at') then closed_at
        end as lost_at,
        products.price as multiple, brands.price as base_price, brands.currency, brands.hubspot_account
    from deal_plans
    inner join brands on deal_plans.brand = brands.brand
    inner join products on deal_plans.brand = products.brand and deal_plans.product = products.product
    where deal_plans.created_at < getvariable('end_at')
),
priced as (
    select
        *,
        (800000 + row_number() over (order by brand = 'topla', created_at, deal_number))::text as deal_id,
        round((base_price * multiple * case when is_repeat then 0.25 else 1.0 end * (0.6 + chance('price', deal_number)))::decimal(18, 4), 2)::decimal(18, 2) as amount,
        case when won_at is not null and chance('cancels', deal_number) < 0.04
            then won_at + to_seconds(250000 + floor(chance('cancel', deal_number) * 900000)::bigint) end as planned_cancel_at,
        case when lost_at is not null then pick(['price', 'not in stock', 'not offered', 'no answer', 'competitor'], 'reason', deal_number) end as lost_reason
    from known
)
select
    * exclude (planned_cancel_at),
    case when planned_cancel_at < getvariable('end_at') then planned_cancel_at end as cancelled_at,
    case when won_at is not null then 'closedwon' when lost_at is not null then 'closedlost' when presented_at is not null then 'presentationscheduled'
        when qualified_at is not null then 'qualifiedtobuy' else 'appointmentscheduled' end as stage_id,
    round(amount * (0.55 + 0.2 * chance('cost', deal_number))::decimal(18, 6), 2)::decimal(18, 2) as cost
from priced;

-- The CRM learns of some deals late: the last change is entered weeks after it happened.
create table deal_versions as
with changed as (
    select *, greatest(created_at, qualified_at, presented_at, won_at, lost_at, cancelled_at) as happened_at from deals
)
select
    *,
    chance('late', deal_number) < 0.05 and happened_at + to_seconds(1300000) < getvariable('end_at') as is_late,
    happened_at + case when chance('late', deal_number) < 0.05 and happened_at + to_seconds(1300000) < getvariable('end_at')
        then to_seconds(1300000) else to_seconds(floor(chance('entered', deal_number) * 900)::bigint) end as entered_at
from changed;

create table deal_stages as
select deal_id, brand, hubspot_account, stage_id, entered_at, number
from (
    select deal_id, brand, hubspot_account, 'appointmentscheduled' as stage_id, created_at as entered_at, 1 as number from deals
    union all
    select deal_id, brand, hubspot_account, 'qualifiedtobuy', qualified_at, 2 from deals
    union all
    select deal_id, brand, hubspot_account, 'presentationscheduled', presented_at, 3 from deals
    union all
    select deal_id, brand, hubspot_account, 'closedwon', won_at, 4 from deals
    union all
    select deal_id, brand, hubspot_account, 'closedlost', lost_at, 4 from deals
)
where entered_at is not null;

-- One product a deal, or two of which the second costs a fifth.
create table deal_items as
with lines as (
    select *, 1 as line, chance('second item', deal_number) < 0.25 as has_second from deals
    union all
    select *, 2, true from deals where chance('second item', deal_number) < 0.25
)
select
    deal_id, deal_number, brand, currency, hubspot_account, created_at, line, deal_id || '0' || line as line_item_id,
    case when line = 1 then product else 'Service contract' end as product,
    1 as quantity,
    case when not has_second then amount when line = 1 then amount - round(amount * 0.2, 2) else round(amount * 0.2, 2) end::decimal(18, 2) as amount,
    case when not has_second then cost when line = 1 then cost - round(cost * 0.2, 2) else round(cost * 0.2, 2) end::decimal(18, 2) as cost
from lines;

create table callbacks as
select
    inquiries.record_number, inquiries.brand, (900000 + row_number() over (order by inquiries.brand = 'topla', inquiries.first_response_at, inquiries.record_number))::text as call_id,
    contacts.contact_id, inquiries.first_response_at as occurred_at, inquiries.employee,
    floor(1000 * (30 + 400 * chance('callback', inquiries.record_number)))::bigint as duration_ms
from inquiries
inner join contacts on inquiries.person = contacts.person
where inquiries.first_response_at is not null and not inquiries.is_answered and inquiries.way not in ('chat', 'walk_in', 'text')
    and inquiries.first_response_at > contacts.created_at;

-- Behind some deals of the third brand stands somebody who signs and never asked: another of the family, or of the firm,
-- whom the CRM knew before.
create table signers as
select
    deals.deal_id, deals.brand, 'signer ' || deals.person as signer, (5000000 + deals.person)::text as contact_id,
    pick(['Стефан', 'Радка', 'Любомир', 'Снежана'], 'signs', deals.person) as first_name, people.last_name, people.company,
    'signs' || deals.person || '@work.example' as email, contacts.created_at - to_days(30) as created_at
from deals inner join people on deals.person = people.id inner join contacts on deals.person = contacts.person
where deals.brand = 'topla' and chance('signer', deals.person) < 0.12;
