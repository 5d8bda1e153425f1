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
        when 'lead_ad' then (6600000000 + record_number)::text else 'desk-' || record_number end as record_id,
    brand, way, nature,
    case when nature = 'spam' then 'robot ' || record_number when nature = 'employee' then 'staff ' || employee else person::text end as person_id,
    case when nature in ('spam', 'employee') then null when way = 'lead_ad' then 'Paid Social' when way = 'billboard_call' then 'Offline' when way = 'walk_in' then null else visit_channel end as true_channel,
    case when nature in ('spam', 'employee') then null when way = 'lead_ad' then lead_campaign_id when way in ('billboard_call', 'walk_in') then null else visit_campaign_id end as true_campaign_id,
    case when way in ('lead_ad', 'billboard_call', 'walk_in') then null else visit_id end as visit_id,
    occurred_at,
    -- Whether what was sent holds anything that tells who it was.
    nature in ('real', 'duplicate') and (email is not null and not is_email_typo or phone is not null
        or way in ('typeform', 'callrail_form', 'chat') or (way = 'call' and not is_after_assignment)) as is_identifiable,
    way in ('typeform', 'callrail_form', 'chat') or (way = 'call' and not is_after_assignment) or way in ('lead_ad', 'billboard_call') as has_click_evidence
from inquiries;

create table truth.sales as
select deal_id, person::text as person_id, brand, won_at, amount as revenue, amount - cost as margin, is_repeat, cancelled_at from deals where won_at is not null;

create table truth.defects as
with found as (
    select *, (select source from truth.inquiries as known where known.record_id = one.record_id) as source
    from (
        select case way when 'typeform' then md5('response' || record_number)[1:24] when 'callrail_form' then 'FOR' || lpad(record_number::text, 12, '0')
            when 'call' then 'CAL' || lpad(record_number::text, 12, '0') when 'billboard_call' then 'CAL' || lpad(record_number::text, 12, '0')
            when 'lead_ad' then (6600000000 + record_number)::text else 'desk-' || record_number end as record_id, *
        from inquiries
    ) as one
),
of_inquiries as (
    select 'withheld_number' as defect, source, record_id from found where is_withheld
    union all select 'pool_number_after_assignment', source, record_id from found where is_after_assignment
    union all select 'email_typo', source, record_id from found where is_email_typo
    union all select 'phone_in_another_format', source, record_id from found where is_phone_reformatted and phone is not null
    union all select 'spam', source, record_id from found where nature = 'spam'
    union all select 'duplicate_submission', source, record_id from found where nature = 'duplicate'
    union all select 'employee_test', source, record_id from found where nature = 'employee'
    union all select 'missing_in_crm', source, record_id from found where is_missing_in_crm and nature = 'real'
    union all select 'clock_skew', source, record_id from found where is_skewed
    union all select 'shared_phone', source, record_id from found inner join people on found.person = people.id where people.is_sharing and found.phone is not null
)
select defect, source, case source when 'typeform' then 'responses' when 'meta_ads' then 'leads' when 'manual' then 'inquiries' else case when record_id like 'CAL%' then 'calls' else 'form_submissions' end end as table_name, record_id from of_inquiries
union all select 'click_id_missing', 'matomo', 'visits', visit_id from visits where is_click_id_missing
union all select 'utm_missing', 'matomo', 'visits', visit_id from visits where is_utm_missing
union all select 'utm_unexpanded', 'matomo', 'visits', visit_id from visits where is_utm_unexpanded and not is_utm_missing
union all select 'utm_wrong_case', 'matomo', 'visits', visit_id from visits where is_utm_wrong_case and not is_utm_missing
union all select 'payment_self_referral', 'matomo', 'visits', visit_id from visits where is_payment_referral
union all select 'cookie_lost', 'matomo', 'visits', visit_id from visits where is_cookie_lost
union all select 'late_crm_update', 'hubspot', 'deals', deal_id from deal_versions where is_late
union all select 'spend_restated', 'google_ads', 'campaign_days', concat_ws('|', day, campaign_id, device) from wire.google_ads__campaign_days where _valid_to is not null
union all select distinct 'campaign_renamed', platform, 'campaigns', campaign_id from campaigns where renamed_on is not null;
