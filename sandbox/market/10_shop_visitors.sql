-- Three shops of one brand: who really came in, hour by hour of the shops' own clock, and what a poster before one of them added.
create macro bell(what, about) as
    sqrt(-2 * ln(1 - chance(what, about) * 0.999999)) * cos(2 * pi() * chance(what || ' turned', about));

create table shops (
    brand text, store text, name text, city text, place integer, guests double, buying_share double, basket double, margin_share double
);
insert into shops values
('topla', 'SOF', 'Топла къща Център', 'София', 1, 15, 0.24, 62, 0.34),
('topla', 'PDV', 'Топла къща Тракия', 'Пловдив', 2, 10, 0.28, 55, 0.36),
('topla', 'VAR', 'Топла къща Морска', 'Варна', 3, 8, 0.31, 48, 0.31);

-- Six weeks after twelve in half a year, fewer in a shorter market; always whole weeks.
create table shop_campaigns as
select
    'topla' as brand, 'PDV' as store, 'Плакат Тракия' as campaign_name, 'TRAKIA7' as promotion_code,
    getvariable('first_day')::date + (floor(getvariable('day_count') * 0.47 / 7) * 7)::integer as first_date,
    getvariable('first_day')::date + (floor(getvariable('day_count') * 0.47 / 7) * 7 + floor(getvariable('day_count') * 0.24 / 7) * 7 - 1)::integer as last_date,
    0.10 + 0.25 * chance('poster', 'PDV') as effect_share;

create table shop_hours as
with expected as (
    select
        shops.*, days.day::date as date, hours.hour,
        shop_campaigns.effect_share is not null as is_campaign, coalesce(shop_campaigns.effect_share, 0) as effect_share,
        -- The day of the week, the hour, the weather of the country's week, and what happens in this street alone.
        guests * [0, 0.85, 0.8, 0.9, 0.95, 1.15, 1.35][1 + dayofweek(days.day)]
        * (0.6 + 0.8 * exp(-((hour - 16.5) ** 2) / 10)) * exp(0.12 * bell('week', yearweek(days.day)) + 0.05 * bell('street', shops.store || yearweek(days.day)))
        as usual
    from shops
    cross join generate_series(getvariable('first_day')::timestamp, getvariable('last_day')::timestamp, interval 1 day) as days (day)
    cross join range(10, 20) as hours (hour)
    left join shop_campaigns on shops.store = shop_campaigns.store and days.day between shop_campaigns.first_date and shop_campaigns.last_date
    where dayofweek(days.day) > 0 and (dayofweek(days.day) < 6 or hour < 18)
)
select
    brand, store, place, date, hour, is_campaign, effect_share, buying_share, basket, margin_share,
    greatest(0, round(usual * (1 + effect_share) + sqrt(usual * (1 + effect_share)) * bell('guests', store || date || hour)))::integer as visitor_count
from expected order by brand, store, date, hour;
