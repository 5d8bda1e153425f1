-- Who comes to the site: people with their devices, addresses and numbers. Families and offices share a phone.
-- The country's law of 2009 on how names are written in Latin letters; at the end of a word ия is ia.
create macro romanized(name) as
    translate(
        list_reduce(
            [['ия$', 'ia'], ['Ж', 'Zh'], ['ж', 'zh'], ['Ц', 'Ts'], ['ц', 'ts'], ['Ч', 'Ch'], ['ч', 'ch'], ['Ш', 'Sh'], ['ш', 'sh'], ['Щ', 'Sht'], ['щ', 'sht'],
                ['Ю', 'Yu'], ['ю', 'yu'], ['Я', 'Ya'], ['я', 'ya']],
            lambda written, letter : [regexp_replace(written[1], letter[1], letter[2], 'g')], [name]
        )[1],
        'АБВГДЕЗИЙКЛМНОПРСТУФХЪЬабвгдезийклмнопрстуфхъь', 'ABVGDEZIYKLMNOPRSTUFHAYabvgdeziyklmnoprstufhay'
    );

create table people as
with numbered as (
    select
        id, case when id > getvariable('people_count')::bigint then 'topla' when chance('brand', id) < 0.58 then 'nordhaus' else 'clearwater' end as brand,
        -- A family: up to three who may share a telephone, and in Bulgaria their name and a computer.
        id - id % 3 as household, chance('shares', id) < 0.04 as is_sharing
    -- To every twelve people of the others comes one of the third brand.
    from range(1, getvariable('people_count')::bigint + ceil(getvariable('people_count')::bigint / 12)::bigint + 1) as ids (id)
),
cyrillic as (
    select
        id, chance('sex', id) < 0.5 as is_woman,
        -- Nobody has the first name of another of the family.
        (floor(chance('first', household) * 12)::integer + id % 3 * 4) % 12 as name_place,
        pick(['Иванов', 'Георгиев', 'Димитров', 'Христов', 'Щерев', 'Жеков', 'Цонев', 'Чолаков', 'Юруков', 'Ябълков', 'Тодоров', 'Вълчев', 'Гьошев', 'Каменов', 'Желязков', 'Стоянов'],
            'last', case when is_sharing then household else id end) as family_name
    from numbered where brand = 'topla'
),
named as (
    select
        numbered.id, numbered.household, brands.brand, brands.region, brands.time_zone,
        case when brands.brand = 'topla' then case when is_woman
            then ['Мария', 'Елена', 'Десислава', 'Цветелина', 'Йорданка', 'Биляна', 'Гергана', 'Женя', 'Ася', 'Юлия', 'Теодора', 'Веселина'][1 + name_place]
            else ['Иван', 'Петър', 'Георги', 'Димитър', 'Христо', 'Николай', 'Живко', 'Цветан', 'Юлиан', 'Стоян', 'Васил', 'Борислав'][1 + name_place] end
        else        pick(['Lena', 'Paul', 'Marie', 'Jonas', 'Emma', 'Felix', 'Clara', 'Max', 'Ida', 'Karl', 'Nora', 'Ben', 'Ella', 'Otto', 'Rosa'], 'first', id) end as first_name,
        case when brands.brand = 'topla' then family_name || case when is_woman then 'а' else '' end else pick(['Schmidt', 'Fischer', 'Wagner', 'Becker', 'Hoffmann', 'Koch', 'Richter', 'Klein', 'Wolf', 'Miller', 'Davis', 'Garcia', 'Lopez', 'Baker', 'Reed', 'Ward'], 'last', id) end as last_name,
        is_sharing, brands.brand = 'topla' and is_sharing and chance('one computer', household) < 0.7 as is_sharing_computer,
        chance('reception', id) < 0.3 as is_at_reception,
        case when chance('office', id) < 0.15 then pick(case when brands.brand = 'topla' then ['Строител ООД', 'Хотел Рила', 'Община Банкя', 'Дом Инвест'] else ['Bauer GmbH', 'Stadtwerke', 'Hotel Linde', 'Desert Inn', 'Mesa Realty', 'Oak Partners'] end, 'company', id) end as company,
        pick(case when region = 'BG' then ['София', 'Пловдив', 'Варна', 'Банкя'] when region = 'DE' then ['Berlin', 'Potsdam', 'Leipzig', 'Hamburg'] else ['Phoenix', 'Mesa', 'Tempe', 'Scottsdale'] end, 'city', id) as city
    from numbered inner join brands using (brand) left join cyrillic using (id)
),
-- As the country's passports write them, and so whoever types addresses and enters contacts.
spelled as (
    select *, romanized(first_name) as latin_first_name, romanized(last_name) as latin_last_name from named
)
select
    *,
    lower(latin_first_name) || '.' || lower(latin_last_name) || id || '@' || pick(['mailbox.example', 'inbox.example', 'post.example'], 'host', id) as email,
    case when chance('second', id) < 0.10 then lower(latin_last_name) || '.' || id || '@work.example' end as second_email,
    -- A person who shares has the number of the household.
    case
        -- Who is called through the firm's reception has the number of everybody there.
        when company is not null and is_at_reception then case region when 'BG' then '+3592555' when 'DE' then '+4930555' else '+1602777' end
            || lpad(((ascii(company) * 31 + length(company) * 7) % 9000 + 1000)::text, case region when 'DE' then 5 else 4 end, '0')
        when region = 'BG' then '+35988' || lpad(((case when is_sharing then household else id end) * 7 % 10000000)::text, 7, '0')
        when region = 'DE' then '+49151' || lpad(((case when is_sharing then id - id % 3 else id end) * 7 % 100000000)::text, 8, '0')
        else '+1480' || (200 + (case when is_sharing then id - id % 3 else id end) // 10000 % 700)::text
            || lpad((((case when is_sharing then id - id % 3 else id end) % 10000))::text, 4, '0')
    end as phone,
    case when region = 'US' then '+1623' || (200 + id // 10000 % 700)::text || lpad((id % 10000)::text, 4, '0')
        when region = 'BG' then '+35987' || (1000000 + id * 13 % 8999999)::text
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
from spelled;
