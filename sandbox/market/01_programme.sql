-- Chance without a generator: a number between 0 and 1 that depends on what it is about and on the seed alone,
-- so that the order in which rows are made, and how many processors make them, changes nothing.
create macro chance(what, about) as
    (hash(concat_ws('|', what, about, getvariable('seed'))) >> 11)::double / 9007199254740992.0;

create macro pick(list, what, about) as
    list[1 + floor(chance(what, about) * len(list))::integer];

-- Half of the values lie below the median; a few are many times larger.
create macro skewed(median, spread, what, about) as
    median * exp(spread * (chance(what, about) + chance(what, about || '+') + chance(what, about || '++') - 1.5) * 2);

create macro iso_ms(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S') || '.000Z';
create macro iso_s(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%SZ');
-- What the extractor calls a text message: its vendor gives it no id.
create macro text_message_id(conversation_id, sent_at, direction, content) as
    conversation_id || '-' || sha256(strftime(sent_at, '%Y-%m-%dT%H:%M:%S.%f') || '+00:00' || chr(10) || direction || chr(10) || content)[1:16];
create macro to_utc(local_moment, time_zone) as
    timezone('UTC', timezone(time_zone, local_moment));
create macro to_local(utc_moment, time_zone) as
    timezone(time_zone, timezone('UTC', utc_moment));

create table brands (
    brand text, place integer, share double, name text, time_zone text, currency text, region text, language text,
    host text, google_account text, meta_account text, meta_page text, callrail_account text, callrail_company text,
    typeform_account text, hubspot_account text, matomo_account text, site_id text, price double
);

insert into brands values
('nordhaus', 1, 0.58, 'Nordhaus Dach & Fenster', 'Europe/Berlin', 'EUR', 'DE', 'de', 'www.nordhaus.example', '1112223334',
    '555000111', '770001', 'ACCNORD', 'COMNORD', 'nordhaus', '41001', 'nordhaus', '1', 2900),
('clearwater', 2, 0.42, 'Clearwater Pools', 'America/Phoenix', 'USD', 'US', 'en', 'www.clearwater.example', '5556667778',
    '555000222', '770002', 'ACCCLEAR', 'COMCLEAR', 'clearwater', '41002', 'clearwater', '2', 3300),
-- A firm with forms, a CRM and two trackers, and no account at an ad platform: its spend is written into files.
('topla', 3, 0, 'Топла къща', 'Europe/Sofia', 'EUR', 'BG', 'bg', 'www.topla.example', null,
    null, null, null, null, 'topla', '41003', 'topla', '3', 2400);

create table campaigns (
    brand text, platform text, campaign_id text, campaign_name text, renamed_on date, new_name text,
    channel_type text, channel text, weight double, click_price double, network text
);
-- Which campaign of a platform an ad belongs to on which days: a name may go to another campaign.
create table campaign_spells (brand text, platform text, slot text, weight double, first_on date, end_on date, campaign_id text);

insert into campaigns
select
    brand, platform, (place * 900000 + number)::text, programme.name || ' ' || upper(region),
    case when number = 2 then getvariable('first_day')::date + 75 end,
    case when number = 2 then programme.name || ' ' || upper(region) || ' 2026' end,
    channel_type, channel, weight, click_price, network
from (from brands where google_account is not null) as brands, (values
    (1, 'google_ads', 'Brand Search', 'SEARCH', 'Paid Search', 3.0, 5.2, 'SEARCH'),
    (2, 'google_ads', 'Service Search', 'SEARCH', 'Paid Search', 7.0, 28.0, 'SEARCH'),
    (3, 'google_ads', 'Emergency Search', 'SEARCH', 'Paid Search', 3.0, 39.0, 'SEARCH'),
    (4, 'google_ads', 'Performance Max', 'PERFORMANCE_MAX', 'Cross-network', 4.0, 14.0, 'MIXED'),
    (5, 'google_ads', 'Display Awareness', 'DISPLAY', 'Display', 3.0, 4.1, 'CONTENT'),
    (11, 'meta_ads', 'Leads Spring', 'SOCIAL', 'Paid Social', 6.0, 11.0, 'SOCIAL'),
    (12, 'meta_ads', 'Retargeting', 'SOCIAL', 'Paid Social', 2.0, 8.4, 'SOCIAL'),
    (13, 'meta_ads', 'Video Stories', 'SOCIAL', 'Paid Social', 3.0, 6.3, 'SOCIAL')
) as programme (number, platform, name, channel_type, channel, weight, click_price, network);

-- `Пролет` is two campaigns, the second begun after the first had ended; `Покриви` gets another name, and its links
-- keep the old one; `Отстъпки` runs on both platforms at once.
insert into campaigns
select
    'topla', platform, (2700000 + number)::text, name, case when number = 2 then getvariable('first_day')::date + 75 end,
    case when number = 2 then name || ' 2026' end, channel_type, channel, weight, click_price, network
from (values
    (1, 'google_ads', 'Пролет', 'SEARCH', 'Paid Search', 4.0, 1.9, 'SEARCH'),
    (2, 'google_ads', 'Покриви', 'SEARCH', 'Paid Search', 3.0, 2.4, 'SEARCH'),
    (3, 'google_ads', 'Отстъпки', 'SEARCH', 'Paid Search', 3.0, 1.6, 'SEARCH'),
    (4, 'google_ads', 'Пролет', 'SEARCH', 'Paid Search', 0.0, 2.1, 'SEARCH'),
    (11, 'meta_ads', 'Къщи', 'SOCIAL', 'Paid Social', 5.0, 0.9, 'SOCIAL'),
    (12, 'meta_ads', 'Отстъпки', 'SOCIAL', 'Paid Social', 3.0, 1.1, 'SOCIAL')
) as programme (number, platform, name, channel_type, channel, weight, click_price, network);

insert into campaign_spells
select brand, platform, campaign_id, weight, null, null, campaign_id from campaigns where weight > 0;
update campaign_spells set end_on = getvariable('first_day')::date + 60 where campaign_id = '2700001';
insert into campaign_spells
select brand, platform, slot, weight, getvariable('first_day')::date + days.first, getvariable('first_day')::date + days.until, days.campaign_id
from campaign_spells, (values (60, 90, '2700002'), (90, null, '2700004')) as days (first, until, campaign_id)
where campaign_spells.campaign_id = '2700001';

-- An ad group of Google, an ad set of Meta; below it keywords or ads.
create table ad_groups as
select
    brand, platform, campaign_id, campaign_name, campaign_id || '0' || number as ad_group_id,
    pick(['Core', 'Nearby', 'Price', 'Repair', 'New'], 'ad_group', campaign_id || number) || ' ' || number as ad_group_name
from campaigns, range(1, 4) as numbers (number)
where channel_type <> 'PERFORMANCE_MAX';

create table keywords as
select
    ad_groups.*, ad_group_id || number as criterion_id, ad_group_id || '5' || number as ad_id,
    case when platform = 'meta_ads' then pick(['Video A', 'Image B', 'Carousel C'], 'ad', ad_group_id || number) || ' ' || number end as ad_name,
    pick(
        case when brand = 'topla' then ['покриви', 'изолация', 'дограма']
            when brand = 'nordhaus'
            then ['dach sanieren', 'fenster tauschen', 'dachdecker', 'solar dach', 'dachfenster preis']
            else ['pool builder', 'pool repair', 'pool cost', 'swimming pool installer', 'pool resurfacing'] end,
        'keyword', ad_group_id || number
    ) || ' ' || number as keyword_text,
    pick(['EXACT', 'PHRASE', 'BROAD'], 'match', ad_group_id || number) as match_type
from ad_groups, range(1, 4) as numbers (number);

create table pool_numbers as
select brand, callrail_account, number, case when region = 'DE' then '+4930555' || lpad((place * 100 + number)::text, 5, '0')
    else '+1602555' || lpad((100 + number)::text, 4, '0') end as tracking_number
from brands, range(1, 13) as numbers (number)
where callrail_account is not null;

-- The last number of each brand stands on a billboard.
create table numbers as
select *, case when number = 12 then 'static' else 'pool' end as kind from pool_numbers;

create table products as
select brand, product, share, price
from (values
    ('nordhaus', 'Roof renovation', 0.35, 1.6), ('nordhaus', 'Roof windows', 0.30, 0.6), ('nordhaus', 'Insulation', 0.20, 0.8),
    ('nordhaus', 'Gutter service', 0.15, 0.15), ('clearwater', 'New pool', 0.25, 2.4), ('clearwater', 'Resurfacing', 0.30, 0.7),
    ('clearwater', 'Pool heating', 0.20, 0.5), ('clearwater', 'Maintenance plan', 0.25, 0.18),
    ('topla', 'Топлоизолация', 0.30, 1.4), ('topla', 'Дограма', 0.30, 0.7), ('topla', 'Ремонт на покрив', 0.25, 0.9),
    ('topla', 'Поддръжка', 0.15, 0.2)
) as offer (brand, product, share, price);

create table owners as
select brand, (hubspot_account::integer * 10 + number)::text as owner_id, first_name, last_name,
    lower(first_name) || '.' || lower(last_name) || '@' || replace(host, 'www.', '') as email, number as place
from brands, (values (1, 'Anna', 'Keller'), (2, 'Tom', 'Brandt'), (3, 'Julia', 'Stone'), (4, 'Mark', 'Weber')) as staff (number, first_name, last_name);
