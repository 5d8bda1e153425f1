{# Where a lead is from: the city of its first inquiry that names one. What fewer than three people of a brand wrote there
   may be a name or a street, and is shown to nobody. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

led as (

    select * from {{ ref('int_inquiries__led') }}

),

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

written as (

    select
        inquiry_id,
        brand,
        person_id,
        occurred_at,
        {{ filled_in('city') }} as city

    from inquiries

),

cities as (

    select
        brand,
        lower(city) as city_key,
        count(distinct person_id) as person_count

    from written
    where city is not null
    group by brand, lower(city)
    having count(distinct person_id) >= 3

),

-- A city has the spelling that most inquiries give it.
spelt as (

    select
        cities.brand,
        cities.city_key,
        written.city

    from cities
    inner join written
        on cities.brand = written.brand
        and cities.city_key = lower(written.city)
    group by cities.brand, cities.city_key, written.city
    qualify row_number() over (
        partition by cities.brand, cities.city_key order by count(*) desc, written.city
    ) = 1

),

placed as (

    select
        led.lead_id,
        led.brand,
        {{ name_without_contacts('spelt.city') }} as city

    from led
    inner join written on led.inquiry_id = written.inquiry_id
    inner join spelt
        on written.brand = spelt.brand
        and lower(written.city) = spelt.city_key
    qualify row_number() over (partition by led.lead_id order by written.occurred_at, written.inquiry_id) = 1

)

select * from placed
