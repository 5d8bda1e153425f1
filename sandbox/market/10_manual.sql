-- What the staff write into files: chats, walk-ins, the billboard, a brand's ad spend, what its second tracker saw, and the plan.
create schema manual;
create table manual.inquiries as
select
    brand, 'desk-' || record_number as inquiry_id, way as kind, strftime(occurred_at, '%Y-%m-%dT%H:%M:%S') || '+00:00' as occurred_at,
    email, phone, full_name as name, company, city, case when way = 'chat' then client_id end as client_id,
    case when way = 'chat' then visit_id end as visit_id, case when way = 'chat' then landing_url end as page_url,
    strftime(first_response_at, '%Y-%m-%dT%H:%M:%S') || '+00:00' as first_response_at, employee, product,
    case when way = 'walk_in' then ['Billboard', 'Friend', 'Website'][1 + record_number % 3] end as self_reported_source
from inquiries where way in ('chat', 'walk_in') order by occurred_at, inquiry_id;

create table manual.spend as
select brand, day::date as date, 'billboard' as platform, null::text as campaign_id, 'Billboard' as campaign_name, 85.50 as spend, currency, null::bigint as clicks
from advertisers as brands, generate_series(getvariable('first_day')::timestamp, getvariable('last_day')::timestamp, interval 1 day) as days (day)
union all
-- Who exports a platform's days calls it as people do.
select brand, day, case platform when 'google_ads' then 'Google Ads' else 'Facebook' end, campaign_id, name_that_day, (sum(cost_micros) // 10000 / 100.0)::decimal(18, 2), currency, count(*)
from clicks inner join brands using (brand) where google_account is null group by all
order by all;

-- A second tracker, which the shop's system brought along, sees most of the same visits some seconds later, by the same
-- cookie; it counts from 1.
create table manual.visits as
select
    brand, (row_number() over (order by started_at, visit_number))::text as visit_id, strftime(date_trunc('second', started_at) + to_seconds(1 + visit_number % 9), '%Y-%m-%dT%H:%M:%S') || '+00:00' as started_at,
    client_id, landing_url, referrer
from visits where brand = 'topla' and started_at >= getvariable('first_day')::timestamp + to_days(31) and chance('second tracker', visit_number) < 0.9
    and to_local(started_at, time_zone)::date between getvariable('first_day')::date and getvariable('last_day')::date
order by 3, 2;

create table manual.tracking_numbers as
select brand, tracking_number, 'static' as kind, 'Offline' as channel, 'Billboard' as campaign_name from numbers where kind = 'static' order by all;

create table manual.plan as
select brand, strftime(month, '%Y-%m') as month, channel, spend, inquiries, leads, sales, revenue, currency
from advertisers as brands, generate_series(date_trunc('month', getvariable('first_day')::timestamp), getvariable('last_day')::timestamp, interval 1 month) as months (month),
    (values ('Paid Search', 16000, 200, 170, 40, 90000), ('Paid Social', 9000, 180, 150, 30, 70000), ('Offline', 2600, 60, 50, 10, 25000)) as goals (channel, spend, inquiries, leads, sales, revenue)
order by all;
