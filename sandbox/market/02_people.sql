-- Who comes to the site: people with their devices, addresses and numbers. Families and offices share a phone.
create table people as
with numbered as (
    select id, case when chance('brand', id) < 0.58 then 'nordhaus' else 'clearwater' end as brand
    from range(1, getvariable('people_count')::bigint + 1) as ids (id)
),
named as (
    select
        numbered.id, brands.brand, brands.region, brands.time_zone,
        pick(['Lena', 'Paul', 'Marie', 'Jonas', 'Emma', 'Felix', 'Clara', 'Max', 'Ida', 'Karl', 'Nora', 'Ben', 'Ella', 'Otto', 'Rosa'], 'first', id) as first_name,
        pick(['Schmidt', 'Fischer', 'Wagner', 'Becker', 'Hoffmann', 'Koch', 'Richter', 'Klein', 'Wolf', 'Miller', 'Davis', 'Garcia', 'Lopez', 'Baker', 'Reed', 'Ward'], 'last', id) as last_name,
        chance('shares', id) < 0.04 as is_sharing,
        chance('reception', id) < 0.3 as is_at_reception,
        case when chance('office', id) < 0.15 then pick(['Bauer GmbH', 'Stadtwerke', 'Hotel Linde', 'Desert Inn', 'Mesa Realty', 'Oak Partners'], 'company', id) end as company,
        pick(case when region = 'DE' then ['Berlin', 'Potsdam', 'Leipzig', 'Hamburg'] else ['Phoenix', 'Mesa', 'Tempe', 'Scottsdale'] end, 'city', id) as city
    from numbered inner join brands using (brand)
)
select
    *,
    lower(first_name) || '.' || lower(last_name) || id || '@' || pick(['mailbox.example', 'inbox.example', 'post.example'], 'host', id) as email,
    case when chance('second', id) < 0.10 then lower(last_name) || '.' || id || '@work.example' end as second_email,
    -- A person who shares has the number of the household.
    case
        -- Who is called through the firm's reception has the number of everybody there.
        when company is not null and is_at_reception then case region when 'DE' then '+4930555' else '+1602777' end
            || lpad(((ascii(company) * 31 + length(company) * 7) % 9000 + 1000)::text, case region when 'DE' then 5 else 4 end, '0')
        when region = 'DE' then '+49151' || lpad(((case when is_sharing then id - id % 3 else id end) * 7 % 100000000)::text, 8, '0')
        else '+1480' || (200 + (case when is_sharing then id - id % 3 else id end) // 10000 % 700)::text
            || lpad((((case when is_sharing then id - id % 3 else id end) % 10000))::text, 4, '0')
    end as phone,
    case when region = 'US' then '+1623' || (200 + id // 10000 % 700)::text || lpad((id % 10000)::text, 4, '0')
        else '+49160' || (1000000 + id * 13 % 8999999)::text end as second_phone,
    case when chance('devices', id) < 0.65 then 1 when chance('devices', id) < 0.93 then 2 else 3 end as device_count,
    -- Most come once or twice; the longest journeys have 20 visits.
    least(20, 1 + floor(-ln(1 - chance('visits', id) * 0.9999) * 1.55))::integer as visit_count,
    getvariable('first_day')::timestamp
        + to_days(floor(chance('day', id) * getvariable('day_count'))::integer)
        + to_seconds(floor(25200 + 57600 * (chance('hour', id) + chance('hour2', id)) / 2)::bigint) as local_first_at,
    case
        when chance('inquires', id) < 0.27 then case when chance('times', id) < 0.84 then 1 when chance('times', id) < 0.97 then 2 else 3 end
        else 0
    end as inquiry_count
from named;
