create table wire.callrail__trackers as
with listed as (
    select brand, brands.callrail_account, callrail_company, brands.name, 'TRK' || upper(brand[1:3]) || 'POOL' as tracker_id, 'Website pool' as tracker_name, 'session' as type, 'all_visitors' as source_type,
        list(tracking_number order by number) as numbers, region
    from numbers inner join brands using (brand) where kind = 'pool' group by all
    union all
    select brand, brands.callrail_account, callrail_company, brands.name, 'TRK' || upper(brand[1:3]) || 'BILL', 'Billboard', 'source', 'offline', list(tracking_number), region
    from numbers inner join brands using (brand) where kind = 'static' group by all
)
select tracker_id, tracker_name as name, type, 'active' as status, callrail_company as company_id, listed.name as company_name,
    case region when 'DE' then '+493055500001' else '+16025550001' end as destination_number, to_json(numbers)::text as tracking_numbers, source_type,
    getvariable('first_day')::timestamp - to_days(200) as created_at, null::timestamp as disabled_at,
    brand as _brand, callrail_account as _account, getvariable('last_day')::date as _day,
    to_json({'id': tracker_id, 'name': tracker_name, 'type': type, 'status': 'active', 'destination_number': case region when 'DE' then '+493055500001' else '+16025550001' end,
        'tracking_numbers': numbers, 'company': {'id': callrail_company, 'name': listed.name}, 'source': {'type': source_type},
        'created_at': iso_ms(getvariable('first_day')::timestamp - to_days(200)), 'disabled_at': null})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from listed;

create table wire.callrail__calls as
with called as (
    select
        inquiries.*, callrail_account, callrail_company, 'CAL' || lpad(record_number::text, 12, '0') as call_id,
        case when way = 'billboard_call' then 'BILL' when is_on_unlisted_number then 'OLD' else 'POOL' end as tracker,
        (select list(tracking_number order by number) from numbers where numbers.brand = inquiries.brand) as brand_numbers,
        brands.place as brand_place
    from inquiries inner join brands using (brand)
    where way in ('call', 'billboard_call')
),
shown as (
    select
        *,
        case when way = 'billboard_call' then brand_numbers[12]
            when is_on_unlisted_number then case region when 'DE' then '+493055500099' else '+16025550099' end
            else brand_numbers[1 + visit_number % 11] end as tracking_number,
        case when has_session then landing_url end as shown_landing, case when has_session then gclid end as shown_gclid, case when has_session then fbclid end as shown_fbclid,
        case when has_session then client_id end as shown_client,
        case when way = 'billboard_call' then 'Billboard' when not has_session then 'Website' else case touch when 'google_ads' then 'Google Ads' when 'meta_ads' then 'Facebook Ads' when 'organic' then 'Google Organic' when 'direct' then 'Direct' else 'Other' end end as source,
        case when has_session then case touch when 'google_ads' then 'CPC' when 'meta_ads' then 'paid_social' when 'organic' then 'organic' when 'direct' then 'direct' else 'referral' end end as medium,
        case tracker when 'BILL' then 'Billboard' when 'OLD' then 'Leaflet' else 'Website pool' end as tracker_name,
        case when is_recorded_late then occurred_at + to_days(3) else occurred_at end as recorded_at,
        lag(call_id) over (partition by brand, phone order by occurred_at, record_number) is null or phone is null as is_first
    from called
)
select
    call_id, date_trunc('millisecond', occurred_at) as started_at, date_trunc('millisecond', recorded_at) as created_at, phone as customer_phone_number, tracking_number as tracking_phone_number,
    case region when 'DE' then '+493055500001' else '+16025550001' end as business_phone_number, full_name as customer_name, city as customer_city, region as customer_country, 'inbound' as direction,
    duration_seconds, is_answered or is_voicemail as is_answered, is_voicemail, is_first as is_first_call, 'TRK' || upper(brand[1:3]) || tracker as tracker_id, callrail_company as company_id,
    tracker_name as source_name, source, medium, case when has_session then utm_campaign end as campaign, case when has_session then keyword_text end as keywords,
    shown_landing as landing_page_url, shown_landing as last_requested_url, case when has_session then referrer end as referring_url,
    case when has_session then utm_source end as utm_source, case when has_session then utm_medium end as utm_medium, case when has_session then utm_campaign end as utm_campaign, null::text as utm_term, null::text as utm_content,
    shown_gclid as gclid, shown_fbclid as fbclid, null::text as msclkid, shown_client as ga_client_id, case when is_answered then employee end as agent_email, null::text as lead_status,
    case device_type when 'smartphone' then 'Mobile' else 'Desktop' end as device_type, 'PER' || md5(coalesce(phone, call_id) || brand)[1:16] as person_id, null::decimal(20, 6) as value, '[]' as tags,
    brand as _brand, callrail_account as _account, occurred_at::date as _day,
    to_json({'id': call_id, 'answered': is_answered or is_voicemail, 'business_phone_number': case region when 'DE' then '+493055500001' else '+16025550001' end,
        'customer_city': city, 'customer_country': region, 'customer_name': full_name, 'customer_phone_number': coalesce(phone, 'anonymous'), 'direction': 'inbound', 'duration': duration_seconds,
        'start_time': strftime(date_trunc('millisecond', occurred_at), '%Y-%m-%dT%H:%M:%S.%g') || '+00:00', 'created_at': strftime(date_trunc('millisecond', recorded_at), '%Y-%m-%dT%H:%M:%S.%g') || '+00:00',
        'tracking_phone_number': tracking_number, 'voicemail': is_voicemail, 'agent_email': case when is_answered then employee end, 'first_call': is_first,
        'tracker_id': 'TRK' || upper(brand[1:3]) || tracker, 'company_id': callrail_company, 'source_name': tracker_name, 'source': source, 'medium': medium,
        'campaign': case when has_session then utm_campaign end, 'keywords': case when has_session then keyword_text end, 'landing_page_url': shown_landing, 'last_requested_url': shown_landing,
        'referring_url': case when has_session then referrer end, 'utm_source': case when has_session then utm_source end, 'utm_medium': case when has_session then utm_medium end,
        'utm_campaign': case when has_session then utm_campaign end, 'utm_term': null, 'utm_content': null, 'gclid': shown_gclid, 'fbclid': shown_fbclid, 'msclkid': null, 'ga': shown_client,
        'lead_status': null, 'device_type': case device_type when 'smartphone' then 'Mobile' else 'Desktop' end, 'person_id': 'PER' || md5(coalesce(phone, call_id) || brand)[1:16], 'value': null, 'tags': []})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from shown;

create table wire.callrail__form_submissions as
with shown as (
    select inquiries.*, callrail_account, callrail_company, 'FOR' || lpad(record_number::text, 12, '0') as form_submission_id,
        {'name': full_name, 'email': email, 'phone': phone, 'client_id': client_id, 'service': product} as form_data, split_part(landing_url, '?', 1) as form_url
    from inquiries inner join brands using (brand) where way = 'callrail_form'
)
select
    form_submission_id, date_trunc('millisecond', occurred_at) as submitted_at, callrail_company as company_id, 'PER' || md5(coalesce(phone, email) || brand)[1:16] as person_id, 'Contact' as form_name, form_url, landing_url as landing_page_url,
    referrer as referring_url, referrer, email as customer_email, phone as customer_phone_number, full_name as customer_name, utm_source as source, utm_medium as medium, utm_campaign as campaign, keyword_text as keywords,
    gclid, fbclid, utm_source, utm_medium, utm_campaign, null::text as utm_term, null::text as utm_content, to_json(form_data)::text as form_data, null::text as lead_status,
    brand as _brand, callrail_account as _account, occurred_at::date as _day,
    to_json({'id': form_submission_id, 'company_id': callrail_company, 'person_id': 'PER' || md5(coalesce(phone, email) || brand)[1:16], 'form_data': form_data, 'form_url': form_url, 'landing_page_url': landing_url,
        'referrer': referrer, 'referring_url': referrer, 'submitted_at': strftime(date_trunc('millisecond', occurred_at), '%Y-%m-%dT%H:%M:%S.%g') || 'Z', 'first_form': true, 'customer_phone_number': phone,
        'customer_email': email, 'customer_name': full_name, 'source': utm_source, 'keywords': keyword_text, 'campaign': utm_campaign, 'medium': utm_medium, 'form_name': 'Contact', 'lead_status': null,
        'utm_source': utm_source, 'utm_medium': utm_medium, 'utm_campaign': utm_campaign, 'utm_term': null, 'utm_content': null, 'gclid': gclid, 'fbclid': fbclid})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from shown;

-- Texts with which people ask and what follows; and texts that follow a call back, which the CRM knows, to people who
-- asked once and share no telephone: they answer nothing that the call did not.
create table wire.callrail__text_messages as
with followed_up as (
    select record_number, callbacks.occurred_at as called_at
    from callbacks inner join inquiries using (record_number) inner join people on inquiries.person = people.id
    inner join brands on inquiries.brand = brands.brand
    where callrail_account is not null and inquiries.phone is not null and people.inquiry_count = 1 and not people.is_sharing and not people.is_at_reception and chance('text after call', record_number) < 0.3
),
told as (
    select record_number, 'incoming' as direction, 'What would ' || product || ' cost?' as content, occurred_at as sent_at from inquiries where way = 'text'
    union all
    select record_number, 'incoming', 'It is rather urgent.', occurred_at + to_seconds(20 + floor(40 * chance('adds a word', record_number))::bigint)
    from inquiries where way = 'text' and chance('adds a word', record_number) < 0.4
    union all
    select record_number, 'outgoing', 'Thank you, we will send you an offer.', first_response_at from inquiries where way = 'text' and first_response_at is not null
    union all
    select record_number, 'incoming', 'That would be fine.', first_response_at + to_seconds(120 + floor(7200 * chance('agrees', record_number))::bigint)
    from inquiries where way = 'text' and first_response_at is not null and chance('agrees', record_number) < 0.6
    union all
    select record_number, 'outgoing', 'We have just called you. You reach us at this number.', called_at + to_seconds(60) from followed_up
    union all
    select record_number, 'incoming', 'Thank you.', called_at + to_seconds(180 + floor(3600 * chance('thanks', record_number))::bigint)
    from followed_up where chance('thanks', record_number) < 0.5
),
shown as (
    select
        told.direction, told.content, date_trunc('millisecond', told.sent_at) as sent_at, 'KZ' || record_number as conversation_id, 'SMT' || md5('thread' || record_number)[1:16] as thread_id,
        inquiries.brand, inquiries.phone, inquiries.full_name, brands.name as company_name, brands.time_zone, callrail_account, callrail_company,
        'TRK' || upper(inquiries.brand[1:3]) || case when way = 'billboard_call' then 'BILL' else 'POOL' end as tracker_id,
        case when way = 'billboard_call' then 'Billboard' else 'Website pool' end as tracker_name,
        (select list(tracking_number order by number) from numbers where numbers.brand = inquiries.brand)[case when way = 'billboard_call' then 12 else 1 + visit_number % 11 end] as tracking_number,
        case when way = 'billboard_call' then 'Billboard' else case touch when 'google_ads' then 'Google Ads' when 'meta_ads' then 'Facebook Ads' when 'organic' then 'Google Organic' when 'direct' then 'Direct' else 'Other' end end as source
    from told inner join inquiries using (record_number) inner join brands on inquiries.brand = brands.brand
    where told.sent_at < getvariable('end_at')
)
select
    text_message_id(conversation_id, sent_at, direction, content) as message_id, thread_id, conversation_id, sent_at, direction, 'sms' as message_type, content, null::text as media_urls,
    phone as customer_phone_number, full_name as customer_name, tracking_number as initial_tracking_number, tracking_number as current_tracking_number,
    tracker_id as initial_tracker_id, tracker_id as current_tracker_id, tracker_name, callrail_company as company_id, source, null::text as lead_status, '[]' as tags,
    brand as _brand, callrail_account as _account, sent_at::date as _day,
    to_json({'id': conversation_id, 'initial_tracker_id': tracker_id, 'current_tracker_id': tracker_id, 'customer_name': full_name, 'customer_phone_number': phone, 'initial_tracking_number': tracking_number,
        'current_tracking_number': tracking_number, 'state': 'active', 'company_time_zone': time_zone, 'tracker_name': tracker_name, 'company_name': company_name, 'company_id': callrail_company, 'lead_status': null, 'source': source,
        'message': {'direction': direction, 'content': content, 'created_at': strftime(sent_at, '%Y-%m-%dT%H:%M:%S.%g') || '+00:00',
            'sms_thread': {'id': thread_id, 'notes': null, 'tags': [], 'value': null, 'lead_qualification': null}, 'type': 'sms', 'media_urls': []}})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from shown;

create table wire.typeform__forms as
with forms as (
    select brand, typeform_account, case brand when 'nordhaus' then 'NDangebot' when 'topla' then 'TKoferta' else 'CWquote' end as form_id, case brand when 'nordhaus' then 'Angebot anfordern' when 'topla' then 'Заявка за оферта' else 'Request a quote' end as title,
        ['client_id', 'gclid', 'fbclid', 'utm_source', 'utm_medium', 'utm_campaign', 'ad_user_data', 'ad_personalization'] as hidden
    from brands
)
select form_id, title, to_json(hidden)::text as hidden_fields, brand as _brand, typeform_account as _account, getvariable('last_day')::date as _day,
    to_json({'id': form_id, 'title': title, 'hidden': hidden, 'fields': [{'id': 'F1', 'ref': 'full_name', 'type': 'short_text', 'title': 'Name'}, {'id': 'F2', 'ref': 'email', 'type': 'email', 'title': 'E-mail'},
        {'id': 'F3', 'ref': 'phone', 'type': 'phone_number', 'title': 'Phone'}, {'id': 'F4', 'ref': 'service', 'type': 'multiple_choice', 'title': 'Service'}, {'id': 'F5', 'ref': 'company', 'type': 'short_text', 'title': 'Company'}],
        'settings': {'is_public': true}, 'last_updated_at': '2025-11-03T10:00:00Z', 'created_at': '2025-06-03T10:00:00Z', '_links': {'display': 'https://' || brand || '.typeform.example/to/' || form_id}})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from forms;

create table wire.typeform__responses as
with asked as (
    -- The banner's word: of ten people seven say yes and two say no, the tenth sends the form before it is asked. A person says one thing.
    select *, case when nature = 'spam' or chance('consent', person) >= 0.9 then null when chance('consent', person) < 0.7 then 'granted' else 'denied' end as ad_user_data
    from inquiries
),
timed as (
    select asked.*, typeform_account, md5('response' || record_number)[1:24] as response_id,
        -- A clock that runs ahead: the response is from the future of the visit's server.
        date_trunc('second', case when is_skewed then occurred_at - to_seconds(18000) else occurred_at end) as submitted_at,
        date_trunc('second', occurred_at) - to_seconds(35) as landed_at,
        {'client_id': case when nature = 'spam' then null else client_id end, 'gclid': gclid, 'fbclid': fbclid, 'utm_source': utm_source, 'utm_medium': utm_medium, 'utm_campaign': utm_campaign,
            'ad_user_data': ad_user_data, 'ad_personalization': case when ad_user_data = 'denied' or chance('ads of their own', record_number) >= 0.8 then replace(ad_user_data, 'granted', 'denied') else ad_user_data end} as hidden
    from asked inner join brands using (brand) where way = 'typeform'
),
answered as (
    select *, '[' || array_to_string(list_filter([
            to_json({'field': {'id': 'F1', 'type': 'short_text', 'ref': 'full_name'}, 'type': 'text', 'text': full_name})::text,
            case when email is not null then to_json({'field': {'id': 'F2', 'type': 'email', 'ref': 'email'}, 'type': 'email', 'email': email})::text end,
            case when phone is not null then to_json({'field': {'id': 'F3', 'type': 'phone_number', 'ref': 'phone'}, 'type': 'phone_number', 'phone_number': phone})::text end,
            to_json({'field': {'id': 'F4', 'type': 'multiple_choice', 'ref': 'service'}, 'type': 'choice', 'choice': {'label': product}})::text,
            case when company is not null then to_json({'field': {'id': 'F5', 'type': 'short_text', 'ref': 'company'}, 'type': 'text', 'text': company})::text end
        ], lambda one : one is not null), ',') || ']' as answers
    from timed
)
select
    response_id, form_id, landed_at, submitted_at, landing_url as referer, 'Mozilla/5.0' as user_agent, email, phone, full_name, company, product as service,
    hidden.client_id as client_id, to_json(hidden)::text as hidden, answers,
    -- What was filled in of the hidden fields, as a reader keeps it: the banner's word is among them.
    json_merge_patch('{}'::json, to_json(hidden))::text as context,
    brand as _brand, typeform_account as _account, submitted_at::date as _day,
    left(to_json({'response_id': response_id, 'token': response_id, 'landing_id': response_id, 'landed_at': iso_s(landed_at), 'submitted_at': iso_s(submitted_at), 'response_type': 'completed', 'form_id': form_id,
        'metadata': {'user_agent': 'Mozilla/5.0', 'platform': 'other', 'referer': landing_url, 'network_id': response_id[1:10], 'browser': 'default'}, 'hidden': hidden, 'calculated': {'score': 0}})::text, -1)
        || ',"answers":' || answers || '}' as _payload,
    null::date as _valid_from, null::date as _valid_to
from answered;

create table wire.matomo__visits as
-- The gateway of a reader's mail opens the link before the reader does, with a browser that says what it is.
with seen as (
    select *, case device_type when 'desktop' then 'Firefox' else 'Chrome Mobile' end as browser_name from visits
    union all
    select * replace ((900000000 + visit_number)::text as visit_id, md5('gateway' || visit_number)[1:16] as client_id, started_at - to_seconds(20) as started_at, 'desktop' as device_type,
        null as referrer, 0 as stay_seconds, 1 as page_count), 'Headless Chrome'
    from visits where brand = 'topla' and touch = 'email' and chance('gateway', visit_number) < 0.4
)
select
    visit_id, site_id, to_local(started_at, time_zone)::date as visited_day, client_id as visitor_id, null::text as user_id,
    date_trunc('second', started_at) as first_action_at, date_trunc('second', started_at) + to_seconds(stay_seconds) as last_action_at,
    stay_seconds::bigint as duration_seconds, page_count::bigint as action_count,
    case when landing_url like '%utm_%' then 'campaign' when touch = 'organic' then 'search' when referrer is null then 'direct' else 'website' end as referrer_type,
    case when landing_url like '%utm_%' then shown_campaign when touch = 'organic' then 'Google' when referrer is not null then split_part(referrer, '/', 3) end as referrer_name, referrer as referrer_url,
    case when landing_url like '%utm_%' then shown_campaign end as campaign_name, case when landing_url like '%utm_%' then shown_source end as campaign_source,
    case when landing_url like '%utm_%' then shown_medium end as campaign_medium, null::text as campaign_keyword, null::text as campaign_content,
    landing_url, split_part(landing_url, '?', 1) as last_url, device_type, browser_name, lower(region) as country_code, null::text as city,
    visits.brand as _brand, matomo_account as _account, to_local(started_at, time_zone)::date as _day,
    to_json({'idVisit': visit_id, 'idSite': site_id, 'visitorId': client_id, 'userId': null, 'serverDate': to_local(started_at, visits.time_zone)::date::text,
        'serverTimestamp': epoch(date_trunc('second', started_at))::bigint + stay_seconds, 'firstActionTimestamp': epoch(date_trunc('second', started_at))::bigint, 'lastActionTimestamp': epoch(date_trunc('second', started_at))::bigint + stay_seconds,
        'visitDuration': stay_seconds::text, 'actions': page_count::text, 'visitorType': case when step = 0 then 'new' else 'returning' end,
        'referrerType': case when landing_url like '%utm_%' then 'campaign' when touch = 'organic' then 'search' when referrer is null then 'direct' else 'website' end,
        'referrerName': case when landing_url like '%utm_%' then shown_campaign when touch = 'organic' then 'Google' when referrer is not null then split_part(referrer, '/', 3) end,
        'referrerUrl': referrer, 'campaignName': case when landing_url like '%utm_%' then shown_campaign end, 'campaignSource': case when landing_url like '%utm_%' then shown_source end,
        'campaignMedium': case when landing_url like '%utm_%' then shown_medium end, 'deviceType': device_type, 'browserName': browser_name, 'countryCode': lower(visits.region), 'city': null,
        'actionDetails': [{'type': 'action', 'url': landing_url, 'timestamp': epoch(date_trunc('second', started_at))::bigint}, {'type': 'action', 'url': split_part(landing_url, '?', 1), 'timestamp': epoch(date_trunc('second', started_at))::bigint + stay_seconds}]})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from seen as visits inner join brands using (brand, time_zone, region)
where to_local(started_at, time_zone)::date between getvariable('first_day')::date and getvariable('last_day')::date;

create table wire.ecb__rates as
with days as (select unnest(generate_series(getvariable('first_day')::timestamp - to_days(10), getvariable('last_day')::timestamp, interval 1 day))::date as day),
quotes as (
    select day, currency, base * (0.98 + 0.04 * chance('rate' || currency, date_trunc('week', day)::text) * 0.5 + 0.005 * chance('rate' || currency, day::text)) as quote
    from days, (values ('USD', 1.09), ('GBP', 0.85), ('CHF', 0.95), ('JPY', 164.0), ('PLN', 4.31), ('SEK', 11.3)) as known (currency, base)
    where isodow(day) <= 5 and day not in (date '2026-01-01', date '2026-04-03', date '2026-04-06', date '2026-05-01')
)
select day, currency, round(quote, 4)::decimal(20, 10) as rate, null::text as _brand, 'ecb' as _account, day as _day,
    to_json({'currency': currency, 'rate': round(quote, 4)::decimal(18, 4)::text})::text as _payload, null::date as _valid_from, null::date as _valid_to
from quotes;
