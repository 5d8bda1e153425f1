-- What really happened. It lies in a file of its own, which the pipeline never sees.
create schema truth;
create table truth.people as select id::text as person_id, brand, first_name || ' ' || last_name as name, is_sharing as is_sharing_phone from people;

create table truth.person_identifiers as
select id::text as person_id, brand, 'email' as identifier_type, email as identifier_value from people
union all select id::text, brand, 'email', second_email from people where second_email is not null
union all select id::text, brand, 'phone', phone from people
union all select distinct person::text, brand, 'client_id', client_id from visits;

create table truth.visits as
select visit_id, person::text as person_id, brand, client_id, started_at, true_channel, campaign_id, touch from visits;

create table truth.inquiries as
select
    case way when 'typeform' then 'typeform' when 'lead_ad' then 'meta_ads' when 'chat' then 'manual' when 'walk_in' then 'manual' else 'callrail' end as source,
    case way when 'typeform' then md5('response' || record_number)[1:24] when 'callrail_form' then 'FOR' || lpad(record_number::text, 12, '0')
        when 'call' then 'CAL' || lpad(record_number::text, 12, '0') when 'billboard_call' then 'CAL' || lpad(record_number::text, 12, '0')
        when 'lead_ad' then (6600000000 + record_number)::text when 'text' then text_id else 'desk-' || record_number end as record_id,
    brand, way, nature,
    case when nature = 'spam' then 'robot ' || record_number when nature = 'employee' then 'staff ' || employee else person::text end as person_id,
    case when nature in ('spam', 'employee') then null when way = 'lead_ad' then 'Paid Social' when way = 'billboard_call' then 'Offline' when way = 'walk_in' then null else visit_channel end as true_channel,
    case when nature in ('spam', 'employee') then null when way = 'lead_ad' then lead_campaign_id when way in ('billboard_call', 'walk_in') then null else visit_campaign_id end as true_campaign_id,
    case when way in ('lead_ad', 'billboard_call', 'walk_in') then null else visit_id end as visit_id,
    occurred_at,
    -- Whether what was sent holds anything that tells who it was.
    nature in ('real', 'duplicate') and (email is not null and not is_email_typo or phone is not null
        or way in ('typeform', 'callrail_form', 'chat') or has_session) as is_identifiable,
    -- Of an ad whose platform nobody reads the tags alone can tell the campaign, and a middleman's tell none.
    (way in ('typeform', 'callrail_form', 'chat') or has_session or way in ('lead_ad', 'billboard_call'))
        and not (brand = 'topla' and touch in ('google_ads', 'meta_ads') and (is_through_middleman or is_utm_missing or is_utm_unexpanded)) as has_click_evidence
from inquiries;

-- What became of an inquiry at each ad platform: claimed and where, or why not.
create table truth.claims as
select known.source, known.record_id, known.nature, claims.* exclude (record_number, claimed_ad_id, click_number)
from platform_claims as claims
inner join inquiries using (record_number)
inner join truth.inquiries as known
    on known.record_id = case inquiries.way
        when 'typeform' then md5('response' || record_number)[1:24] when 'callrail_form' then 'FOR' || lpad(record_number::text, 12, '0')
        when 'call' then 'CAL' || lpad(record_number::text, 12, '0') when 'billboard_call' then 'CAL' || lpad(record_number::text, 12, '0')
        when 'lead_ad' then (6600000000 + record_number)::text when 'text' then text_id else 'desk-' || record_number end;

-- What each click of search was looked for with, whether the platform tells it or not.
create table truth.search_terms as
select brand, day, campaign_id, ad_group_id, criterion_id, search_term, is_told, count(*)::bigint as clicks, sum(cost_micros)::bigint as cost_micros
from searches group by all;

create table truth.sales as
select deal_id, person::text as person_id, brand, won_at, amount as revenue, amount - cost as margin, is_repeat, cancelled_at from deals where won_at is not null;

create table truth.defects as
with found as (
    select *, (select source from truth.inquiries as known where known.record_id = one.record_id) as source
    from (
        select case way when 'typeform' then md5('response' || record_number)[1:24] when 'callrail_form' then 'FOR' || lpad(record_number::text, 12, '0')
            when 'call' then 'CAL' || lpad(record_number::text, 12, '0') when 'billboard_call' then 'CAL' || lpad(record_number::text, 12, '0')
            when 'lead_ad' then (6600000000 + record_number)::text when 'text' then text_id else 'desk-' || record_number end as record_id, *
        from inquiries
    ) as one
),
of_inquiries as (
    select 'withheld_number' as defect, source, record_id from found where is_withheld
    union all select 'pool_number_after_assignment', source, record_id from found where is_after_assignment
    union all select 'number_not_listed', source, record_id from found where is_on_unlisted_number
    union all select 'recorded_late', source, record_id from found where is_recorded_late
    union all select 'email_typo', source, record_id from found where is_email_typo and email like '%.exampel'
    union all select 'phone_in_another_format', source, record_id from found where is_phone_reformatted and phone is not null
    union all select 'disposable_address', source, record_id from found where is_disposable
    union all select 'role_address', source, record_id from found where is_role_address
    union all select 'reception_phone', source, record_id from found inner join people on found.person = people.id
        where people.company is not null and people.is_at_reception and found.full_phone = people.phone and found.phone is not null
    union all select 'spam', source, record_id from found where nature = 'spam'
    union all select 'duplicate_submission', source, record_id from found where nature = 'duplicate'
    union all select 'employee_test', source, record_id from found where nature = 'employee'
    union all select 'missing_in_crm', source, record_id from found where is_missing_in_crm and nature = 'real'
    union all select 'clock_skew', source, record_id from found where is_skewed
    union all select 'shared_phone', source, record_id from found inner join people on found.person = people.id where people.is_sharing and found.phone is not null
)
select defect, source, case source when 'typeform' then 'responses' when 'meta_ads' then 'leads' when 'manual' then 'inquiries' else case when record_id like 'CAL%' then 'calls' when record_id like 'KZ%' then 'text_messages' else 'form_submissions' end end as table_name, record_id from of_inquiries
union all select 'click_id_missing', 'matomo', 'visits', visit_id from visits where is_click_id_missing
union all select 'utm_missing', 'matomo', 'visits', visit_id from visits where is_utm_missing
union all select 'utm_unexpanded', 'matomo', 'visits', visit_id from visits where is_utm_unexpanded and not is_utm_missing
union all select 'utm_wrong_case', 'matomo', 'visits', visit_id from visits where is_utm_wrong_case and not is_utm_missing
union all select 'payment_self_referral', 'matomo', 'visits', visit_id from visits where is_payment_referral
union all select 'tagged_by_a_middleman', 'matomo', 'visits', visit_id from visits where is_through_middleman
union all select 'on_a_showrooms_device', 'matomo', 'visits', visit_id from visits where is_in_showroom
union all select 'on_a_familys_computer', 'matomo', 'visits', visit_id from visits where is_sharing_computer
union all select 'opened_by_a_mail_gateway', 'matomo', 'visits', visit_id from wire.matomo__visits where visit_id::bigint >= 900000000
union all select 'seen_by_two_trackers', 'manual', 'visits', visit_id from manual.visits
union all select 'signed_by_another', 'hubspot', 'deals', deal_id from signers
union all select 'entered_in_latin_letters', 'hubspot', 'contacts', contact_id from wire.hubspot__contacts where _brand = 'topla' and _valid_to is null and first_name = romanized(first_name)
union all select 'cookie_lost', 'matomo', 'visits', visit_id from visits where is_cookie_lost
union all select 'moved_to_delivery', 'hubspot', 'deals', deal_id from moved_on
union all select case when is_merged then 'entered_twice_and_merged' else 'entered_twice_and_deleted' end, 'hubspot', 'deals', twin_id from entered_twice
union all select 'contact_entered_twice_and_merged', 'hubspot', 'contacts', twin_id from merged_contacts
union all select 'brought_over_by_an_import', 'hubspot', 'deals', deal_id from brought_over
union all select 'cost_in_words', 'hubspot', 'deals', deal_id from unread_costs
union all select 'late_crm_update', 'hubspot', 'deals', deal_id from deal_versions where is_late
union all select 'spend_restated', 'google_ads', 'campaign_days', concat_ws('|', day, campaign_id, device) from wire.google_ads__campaign_days where _valid_to is not null
union all select distinct 'campaign_renamed', platform, 'campaigns', campaign_id from campaigns where renamed_on is not null;

-- By what each record can be told to be of the same person as another: what was sent with it, read as it was meant.
create table truth.evidence as
with sent as (
    select
        known.source, known.record_id, known.person_id, inquiries.brand, inquiries.email,
        case when inquiries.phone is not null then inquiries.full_phone end as phone,
        case
            when inquiries.way = 'typeform' and inquiries.nature = 'spam' then null
            when inquiries.way in ('typeform', 'callrail_form', 'chat') or has_session then client_id
        end as client_id
    from inquiries
    inner join truth.inquiries as known
        on known.record_id = case inquiries.way
            when 'typeform' then md5('response' || record_number)[1:24] when 'callrail_form' then 'FOR' || lpad(record_number::text, 12, '0')
            when 'call' then 'CAL' || lpad(record_number::text, 12, '0') when 'billboard_call' then 'CAL' || lpad(record_number::text, 12, '0')
            when 'lead_ad' then (6600000000 + record_number)::text when 'text' then text_id else 'desk-' || record_number end
),
entered as (
    select
        'hubspot' as source, shown.contact_id as record_id, contacts.person::text as person_id, contacts.brand, shown.email,
        case when contacts.phone is not null then contacts.full_phone else shown.phone end as phone,
        -- The CRM keeps the click, and a click is of one device.
        case when contacts.gclid is not null then contacts.client_id end as client_id
    from wire.hubspot__contacts as shown
    inner join contacts on shown.contact_id = contacts.contact_id
    where shown._valid_to is null
),
records as (
    select * from sent
    union all
    select * from entered
)
select source, record_id, person_id, 'email ' || brand || lower(email) as identifier from records where email is not null
union all select source, record_id, person_id, 'phone ' || brand || phone from records where phone is not null
union all select source, record_id, person_id, 'device ' || brand || client_id from records where client_id is not null;

-- Records of one person that a chain of shared identifiers connects; what shares nothing with another is its own group.
create table truth.evidence_groups as
with recursive nodes as (
    select distinct source || ' ' || record_id as node, source, record_id, person_id from truth.evidence
),
-- The number of a reception is everybody's there: it permits no link.
own as (
    select source || ' ' || record_id as node, person_id, identifier from truth.evidence
    qualify count(distinct person_id) filter (where person_id not like 'robot %' and person_id not like 'staff %') over (partition by identifier) <= 3
),
-- A star rather than all pairs: an employee's thousand tests share one address.
spokes as (
    select distinct node, min(node) over (partition by identifier, person_id) as hub from own
),
neighbours as (
    select node, hub as other from spokes where node != hub
    union
    select hub, node from spokes where node != hub
),
reached(node, root) using key (node) as (
    select node, node from nodes
    union
    select neighbours.other, min(reached.root)
    from reached
    inner join neighbours on reached.node = neighbours.node
    inner join recurring.reached as known on neighbours.other = known.node
    where reached.root < known.root
    group by neighbours.other
)
select nodes.source, nodes.record_id, nodes.person_id, reached.root as evidence_group
from nodes inner join reached on nodes.node = reached.node;

-- The flags that each inquiry has earned by what was done to it, and by what its record shows.
create table truth.flags as
with facts as (
    select
        known.source, known.record_id, known.nature, inquiries.way, inquiries.record_number, inquiries.person,
        inquiries.occurred_at, inquiries.email, inquiries.phone, inquiries.full_phone, inquiries.brand,
        inquiries.is_withheld, coalesce(inquiries.email like '%.exampel', false) as is_email_typo, inquiries.is_disposable, inquiries.is_role_address, inquiries.is_skewed, inquiries.is_missing_in_crm, inquiries.is_after_assignment, inquiries.is_on_unlisted_number, inquiries.is_recorded_late,
        inquiries.way in ('typeform', 'callrail_form', 'chat') or inquiries.has_session as shows_visit,
        visits.touch, to_local(visits.started_at, visits.time_zone)::date as visit_day, visits.is_click_id_missing, visits.is_utm_missing, visits.is_utm_unexpanded, visits.is_through_middleman,
        to_local(inquiries.occurred_at, inquiries.time_zone)::date as day
    from inquiries
    inner join truth.inquiries as known
        on known.record_id = case inquiries.way
            when 'typeform' then md5('response' || record_number)[1:24] when 'callrail_form' then 'FOR' || lpad(record_number::text, 12, '0')
            when 'call' then 'CAL' || lpad(record_number::text, 12, '0') when 'billboard_call' then 'CAL' || lpad(record_number::text, 12, '0')
            when 'lead_ad' then (6600000000 + record_number)::text when 'text' then text_id else 'desk-' || record_number end
    inner join visits on inquiries.visit_id = visits.visit_id
),
in_crm as (
    select distinct mine.source, mine.record_id
    from truth.evidence_groups as mine
    inner join truth.evidence_groups as theirs on mine.evidence_group = theirs.evidence_group and theirs.source = 'hubspot'
),
shared_phones as (
    select identifier from truth.evidence
    where identifier like 'phone %' and person_id not like 'robot %'
    group by identifier having count(distinct person_id) > 1
)
select source, record_id, 'number_withheld' as flag from facts where is_withheld
union all select source, record_id, 'tracking_number_unknown' from facts where is_on_unlisted_number
union all select source, record_id, 'late_arrival' from facts where is_recorded_late
union all select source, record_id, 'contact_missing' from facts where email is null and phone is null and not is_withheld
union all select source, record_id, 'contact_invalid' from facts where is_email_typo
union all select source, record_id, 'contact_disposable' from facts where is_disposable
union all select source, record_id, 'contact_role_address' from facts where is_role_address
union all select source, record_id, 'spam' from facts where nature = 'spam'
union all select source, record_id, 'employee' from facts where nature = 'employee'
union all select source, record_id, 'duplicate' from facts where nature = 'duplicate'
union all select source, record_id, 'clock_skew' from facts where is_skewed
-- An inquiry is in the CRM where its evidence leads to a contact. Who has another inquiry there is there.
union all select facts.source, facts.record_id, 'not_in_crm' from facts left join in_crm using (source, record_id)
    where nature in ('real', 'duplicate') and in_crm.record_id is null and day < getvariable('last_day')::date
-- A call to a number that showed nobody's visit, a text, which never shows one, and a robot that sends no fields from a page without a click.
union all select source, record_id, 'client_id_missing' from facts where (way = 'call' and is_after_assignment) or way = 'text' or (way = 'typeform' and nature = 'spam' and (is_click_id_missing or touch not in ('google_ads', 'meta_ads')))
union all select source, record_id, 'click_id_missing' from facts
    where shows_visit and touch in ('google_ads', 'meta_ads') and is_click_id_missing and not is_utm_missing and not is_through_middleman
-- The ad account was read for these days only, and the visit's day is another.
union all select source, record_id, 'click_id_unresolved' from facts
    where shows_visit and touch = 'google_ads' and not is_click_id_missing and brand <> 'topla'
        and visit_day not between getvariable('first_day')::date and getvariable('last_day')::date
union all select source, record_id, 'utm_malformed' from facts where shows_visit and is_utm_unexpanded and not is_utm_missing
-- The call tracker saw an ad where the page's address lost click id and tags.
union all select source, record_id, 'source_conflict' from facts
    where way = 'call' and shows_visit and touch in ('google_ads', 'meta_ads') and is_click_id_missing and is_utm_missing
-- A partner's listing is a paid campaign that no ad account knows.
union all select source, record_id, 'campaign_unknown' from facts where shows_visit and (touch = 'partner' and not is_utm_missing or is_through_middleman)
-- A middleman's tags name a campaign that both platforms have.
union all select source, record_id, 'campaign_ambiguous' from facts where shows_visit and is_through_middleman
union all select facts.source, facts.record_id, 'contact_shared' from facts
    inner join shared_phones on shared_phones.identifier = 'phone ' || facts.brand || facts.full_phone
    where facts.phone is not null and nature in ('real', 'duplicate');
