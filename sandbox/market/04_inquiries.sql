-- Who gets in touch, how, and what goes wrong on the way.
create table real_inquiries as
with ranked as (
    select visits.*, people.inquiry_count, row_number() over (partition by visits.person order by visits.step) as place,
        count(*) over (partition by visits.person) as seen_count
    from visits inner join people on visits.person = people.id
    where people.inquiry_count > 0
),
chosen as (
    select *, row_number() over (partition by person order by step) as attempt
    from ranked
    where place in (
        seen_count, greatest(1, ceil(seen_count / 2.0)), greatest(1, ceil(seen_count / 3.0))
    )
    qualify row_number() over (partition by person order by step desc) <= inquiry_count
),
drawn as (
    select *, person * 8 + attempt as inquiry_number, chance('kind', person * 8 + attempt) as draw
    from chosen
)
select
    inquiry_number, person, brand, region, time_zone, visit_id, visit_number, step as visit_step, started_at as visited_at, client_id, landing_url, referrer,
    touch, is_through_middleman, is_utm_missing, is_utm_unexpanded, true_channel as visit_channel, campaign_id as visit_campaign_id, campaign_name as visit_campaign_name, device_type,
    case when not is_click_id_missing then true_click_id end as gclid, case when not is_click_id_missing then true_fbclid end as fbclid,
    case when not is_utm_missing then shown_source end as utm_source, case when not is_utm_missing then shown_medium end as utm_medium,
    case when not is_utm_missing then shown_campaign end as utm_campaign, keyword_text,
    case
        -- The third brand has a form, a chat and a shop, and tracks no calls.
        when brand = 'topla' and (is_in_showroom or draw < 0.86) then 'typeform' when brand = 'topla' and draw < 0.90 then 'chat' when brand = 'topla' then 'walk_in'
        when draw < 0.37 then 'typeform' when draw < 0.50 then 'callrail_form' when draw < 0.76 then 'call' when draw < 0.86 then 'lead_ad'
        when draw < 0.90 then 'chat' when draw < 0.91 then 'text' when draw < 0.96 then 'walk_in' else 'billboard_call'
    end as way,
    started_at + case
        when draw < 0.76 or (draw >= 0.86 and draw < 0.91) or (brand = 'topla' and way = 'typeform') then to_seconds(40 + floor(chance('moment', inquiry_number) * stay_seconds)::bigint)
        else to_seconds(3600 + floor(chance('moment', inquiry_number) * 90000)::bigint)
    end as occurred_at
from drawn;

delete from real_inquiries where occurred_at >= getvariable('end_at');

create table all_inquiries as
with repeated as (
    select *, 'real' as nature, 0 as copy from real_inquiries
    union all
    -- The same form sent twice within minutes.
    select * replace (occurred_at + to_seconds(30 + floor(chance('again', inquiry_number) * 600)::bigint) as occurred_at), 'duplicate', 1
    from real_inquiries where way in ('typeform', 'callrail_form') and chance('duplicate', inquiry_number) < 0.03
    union all
    -- A robot on the same page, from its own device.
    select * replace ('typeform' as way, occurred_at + to_seconds(7200 + floor(chance('robot', inquiry_number) * 80000)::bigint) as occurred_at,
        null as gclid, null as fbclid, null as utm_source, null as utm_medium, null as utm_campaign), 'spam', 2
    from real_inquiries where chance('spam', inquiry_number) < 0.03
    union all
    select * replace ('typeform' as way, occurred_at + to_seconds(3600 + floor(chance('test', inquiry_number) * 40000)::bigint) as occurred_at), 'employee', 3
    from real_inquiries where chance('employee', inquiry_number) < 0.008
),
named as (
    select
        repeated.*, inquiry_number * 4 + copy as record_number,
        people.first_name, people.last_name, people.latin_first_name, people.latin_last_name, people.company, people.city, people.email as true_email, people.phone as true_phone,
        case when people.second_email is not null and chance('which email', inquiry_number) < 0.3 then people.second_email else people.email end as own_email,
        case when chance('which phone', inquiry_number) < 0.08 then people.second_phone else people.phone end as own_phone,
        owners.email as staff_email
    from repeated
    inner join people on repeated.person = people.id
    left join owners on repeated.brand = owners.brand and owners.place = 1 + inquiry_number % 4
    where repeated.occurred_at < getvariable('end_at')
)
select
    * exclude (own_email, own_phone, staff_email),
    to_local(occurred_at, time_zone) as local_at,
    staff_email as employee,
    nature = 'real' and chance('typo', record_number) < 0.02 and way in ('typeform', 'callrail_form', 'lead_ad') as is_email_typo,
    nature <> 'spam' and chance('format', record_number) < 0.12 as is_phone_reformatted,
    nature = 'real' and way in ('typeform', 'callrail_form', 'lead_ad') and chance('throw-away', record_number) < 0.006 as is_disposable,
    nature = 'real' and way in ('typeform', 'callrail_form', 'lead_ad') and chance('role', record_number) < 0.008 as is_role_address,
    nature = 'real' and way = 'call' and chance('withheld', record_number) < 0.04 as is_withheld,
    nature = 'real' and way = 'call' and chance('late call', record_number) < 0.03 as is_after_assignment,
    -- A number of an old leaflet, which nobody entered in the call tracking.
    nature = 'real' and way = 'call' and not is_after_assignment and chance('old number', record_number) < 0.02 as is_on_unlisted_number,
    nature = 'real' and way = 'call' and chance('entered late', record_number) < 0.015 as is_recorded_late,
    nature = 'real' and way = 'typeform' and chance('skew', record_number) < 0.005 as is_skewed,
    nature = 'real' and chance('not in crm', record_number) < 0.03 as is_missing_in_crm,
    case
        when nature = 'spam' then 'promo' || record_number || '@cheap-seo.example'
        when nature = 'employee' then staff_email
        when way in ('call', 'billboard_call', 'walk_in', 'text') then null
        when way = 'chat' and chance('chat email', record_number) < 0.4 then null
        else own_email
    end as typed_email,
    case
        when nature = 'spam' then '+371200' || lpad((record_number % 100000)::text, 5, '0')
        when nature = 'employee' then null
        when way = 'chat' then null
        when way in ('typeform', 'callrail_form') and chance('form phone', record_number) < 0.25 then null
        else own_phone
    end as full_phone,
    case when nature = 'spam' then 'Best SEO https://cheap-seo.example' when nature = 'employee' then 'Test' else first_name || ' ' || last_name end as full_name,
    (select list(product) from products where products.brand = named.brand)[1 + record_number % 4] as product
from named;

-- How the staff answer: in working hours mostly at once, otherwise late or never.
create table inquiries as
with clocked as (
    select
        *,
        case
            when is_disposable then 'quick' || record_number || '@mailinator.com'
            when is_role_address then 'info@' || lower(latin_last_name) || person || '.example'
            when is_email_typo then replace(typed_email, '.example', '.exampel')
            else typed_email
        end as email,
        case
            when is_withheld then null
            when is_phone_reformatted and region = 'BG' then '0' || full_phone[5:6] || ' ' || full_phone[7:]
            when is_phone_reformatted and region = 'DE' then '0' || full_phone[4:6] || ' ' || full_phone[7:]
            when is_phone_reformatted then '(' || full_phone[3:5] || ') ' || full_phone[6:8] || '-' || full_phone[9:]
            else full_phone
        end as phone,
        isodow(local_at) <= 5 and hour(local_at) between 9 and 17 as is_open
    from all_inquiries
),
answering as (
    select
        *,
        way in ('call', 'billboard_call') and chance('answered', record_number) < case when is_open then 0.82 else 0.10 end as is_answered,
        chance('voicemail', record_number) < 0.45 as leaves_message,
        case
            when chance('replied', record_number) < 0.83 then
                case
                    when is_open then occurred_at + to_seconds(floor(60 * skewed(22, 0.9, 'reply', record_number))::bigint)
                    -- On the next morning, or on Monday.
                    else to_utc(
                        date_trunc('day', local_at) + to_days(case isodow(local_at) when 5 then 3 when 6 then 2 else 1 end)
                            + to_seconds(floor(9 * 3600 + 60 * skewed(35, 0.8, 'reply', record_number))::bigint),
                        time_zone
                    )
                end
        end as replied_at
    from clocked
)
select
    * exclude (replied_at),
    -- After the assignment ended the number shows nobody's visit, and one that nobody entered shows none at all.
    way = 'call' and not is_after_assignment and not is_on_unlisted_number as has_session,
    case when way in ('call', 'billboard_call') then case
        when is_answered then floor(45 + 500 * chance('talk', record_number)) when leaves_message then floor(15 + 50 * chance('talk', record_number))
        else floor(3 + 40 * chance('talk', record_number)) end::bigint end as duration_seconds,
    way in ('call', 'billboard_call') and not is_answered and leaves_message as is_voicemail,
    case
        when nature <> 'real' or is_missing_in_crm then null
        when is_answered then occurred_at
        when replied_at < getvariable('end_at') then replied_at
    end as first_response_at,
    case way
        when 'typeform' then case brand when 'nordhaus' then 'NDangebot' when 'topla' then 'TKoferta' else 'CWquote' end
        when 'callrail_form' then 'contact'
    end as form_id,
    case when way = 'text' then text_message_id('KZ' || record_number, date_trunc('millisecond', occurred_at), 'incoming', 'What would ' || product || ' cost?') end as text_id,
    case when nature = 'real' and way = 'lead_ad' then (
        select list(campaign_id order by campaign_id) from campaigns where campaigns.brand = answering.brand and platform = 'meta_ads'
    )[1 + record_number % 3] end as lead_campaign_id
from answering;
