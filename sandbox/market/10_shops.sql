-- What the shops' counters and tills write into files, with what is wrong with them, and what a receipt shows of its buyer.
create table shop_receipts as
with buyers as (
    select
        hours.*, store || '-' || strftime(date, '%y%m%d') || lpad(hour::text, 2, '0') || lpad(visitor::text, 3, '0') as receipt_id,
        date + to_hours(hour) + to_seconds(floor(3599 * chance('when', store || date || hour || '/' || visitor))::bigint) as sold_local
    from shop_hours as hours, range(visitor_count) as visitors (visitor)
    where chance('buys', store || date || hour || '/' || visitor) < buying_share
),
-- Who asked online once, and buys in a shop some days later.
known as (
    select
        people.id, shops.store, min(to_local(inquiries.occurred_at, people.time_zone)) + to_days(2 + floor(20 * chance('shop day', people.id))::integer) as wanted_at
    from people inner join inquiries on people.id = inquiries.person inner join shops on shops.place = 1 + people.id % 3
    where people.brand = 'topla' and chance('shops', people.id) < 0.5
    group by people.id, shops.store
),
bought as (
    select buyers.receipt_id, min(known.id) as person
    from known asof inner join buyers on known.store = buyers.store and known.wanted_at <= buyers.sold_local
    group by buyers.receipt_id
)
select
    buyers.*, bought.person,
    round(skewed(basket, 0.45, 'basket', buyers.receipt_id), 2)::decimal(18, 2) as amount,
    -- Of who comes while the poster hangs, so many more than usual came for it; some of them show its code.
    is_campaign and bought.person is null and chance('poster', buyers.receipt_id) < effect_share / (1 + effect_share) as is_of_campaign,
    pick(case store when 'SOF' then ['Ани', 'Боби', 'Вера'] when 'PDV' then ['Гошо', 'Дора'] else ['Ели', 'Жоро'] end, 'seller', buyers.receipt_id) as employee
from buyers left join bought on buyers.receipt_id = bought.receipt_id
order by sold_local, buyers.receipt_id;

create table shop_evidence as
select
    *, is_of_campaign and chance('shows code', receipt_id) < 0.5 as shows_code,
    -- One colleague hardly ever asks for the card.
    chance('card', receipt_id) < case when employee = 'Боби' then 0.15 else 0.5 end as has_card,
    case when person is null and not is_of_campaign and chance('asked', receipt_id) < 0.06
        then pick(['Google', 'Приятел', 'Минавах оттук'], 'answer', receipt_id) end as self_reported_source
from shop_receipts;

create table manual.stores as
select
    brand, store, name as store_name, city, case store when 'SOF' then '1000-1799' when 'PDV' then '4000-4023' else '9000-9030' end as catchment, 'Europe/Sofia' as time_zone,
    '10:00-20:00' as monday, '10:00-20:00' as tuesday, '10:00-20:00' as wednesday, '10:00-20:00' as thursday, '10:00-20:00' as friday, '10:00-18:00' as saturday, 'closed' as sunday
from shops order by store;

create table manual.store_tools as
select
    brand, store, 'Offline' as channel, 'billboard' as platform, campaign_name, promotion_code,
    first_date::text as held_from, last_date::text as held_to
from shop_campaigns;

-- Counters see two in a hundred twice. SOF's two doors count colleagues, too, and say nothing of it; one of them is dead for
-- five days. PDV tells colleagues apart; VAR's counter leaves them out, and told nothing of one day.
create table manual.store_visits as
with doors as (
    select *, unnest(case store when 'SOF' then ['A', 'B'] else [''] end) as door from shop_hours
),
seen as (
    select
        brand, store, door, date, hour,
        case door when 'A' then round(visitor_count * 0.6) when 'B' then visitor_count - round(visitor_count * 0.6) else visitor_count end as came,
        case when store <> 'VAR' and door <> 'B' then floor(2.2 * chance('colleagues', store || date || hour))::integer else 0 end as colleagues
    from doors
),
counted as (
    select
        *, (came + colleagues + (chance('twice', store || door || date || hour) < 0.02 * came)::integer)::integer as passed,
        date_diff('day', getvariable('first_day')::date, date) as day_number
    from seen
)
select
    brand, store, nullif(door, '') as entrance, date::text as from_at, hour,
    case when door = 'B' and day_number between 40 and 44 then 0 else passed end as enters,
    case when door = 'B' and day_number between 40 and 44 then 0 else greatest(0, passed + round(bell('out', store || door || date || hour))::integer) end as exits,
    case when store = 'PDV' then colleagues end as staff_enters, case when store = 'VAR' then 'yes' end as staff_excluded
from counted
where not (store = 'VAR' and day_number = (select min(date_diff('day', getvariable('first_day')::date, date)) from counted where date_diff('day', getvariable('first_day')::date, date) >= 60))
order by store, entrance, date, hour;

create table shop_returns as
select *, 'R' || receipt_id as return_id, sold_local + to_days(1 + floor(9 * chance('returned', receipt_id || 'day'))::integer) as returned_local
from shop_evidence where chance('returned', receipt_id) < 0.03;

create table manual.receipts as
with written as (
    select
        receipts.brand, store, 'T1' as till, receipt_id, 'sale' as kind, sold_local, amount, round(amount * margin_share, 2)::decimal(18, 2) as margin,
        case when has_card then coalesce('TP' || person, 'TK' || lpad((hash(store || receipt_id[:10]) % 100000)::text, 5, '0')) end as loyalty_card,
        case when person % 2 = 0 then people.email end as email, case when person % 2 = 1 then people.phone end as phone,
        employee, case when shows_code then 'TRAKIA7' when chance('old flyer', receipt_id) < 0.004 then 'LETO5' end as promotion_code,
        self_reported_source, null::text as returned_receipt_id
    from shop_evidence as receipts left join people on receipts.person = people.id
    union all
    select brand, store, 'T1', return_id, 'return', returned_local, amount, null, null, null, null, employee, null, null, receipt_id from shop_returns
    where dayofweek(returned_local) > 0 and returned_local::date <= getvariable('last_day')::date
    union all
    select brand, store, 'T1', 'V' || receipt_id, 'void', sold_local + to_seconds(40), amount, null, null, null, null, employee, null, null, receipt_id from shop_evidence
    where chance('voided', receipt_id) < 0.01 and receipt_id not in (select receipt_id from shop_returns)
)
select
    brand, store, till, receipt_id, kind, strftime(sold_local, '%Y-%m-%dT%H:%M:%S') as sold_at, amount, margin, 'EUR' as currency, loyalty_card, email, phone, employee,
    promotion_code, self_reported_source, returned_receipt_id
from written order by sold_at, receipt_id;

create table manual.receipt_items as
select
    brand, store, 'T1' as till, receipt_id, line, pick((select list(product order by product) from products where products.brand = shop_evidence.brand), 'item', receipt_id || line) as product,
    1 as quantity, case when line = 1 then amount - floor(amount / 3) * (lines - 1) else floor(amount / 3) end::decimal(18, 2) as amount
from (select *, 1 + (chance('lines', receipt_id) < 0.4)::integer + (chance('lines', receipt_id) < 0.1)::integer as lines from shop_evidence) as shop_evidence, range(1, 4) as numbers (line)
where line <= lines order by receipt_id, line;
