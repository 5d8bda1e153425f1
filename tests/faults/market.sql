-- A market of three days whose lists all need a second page: a little more than one page of every vendor.

create table meta as select 7 as seed, 1 as scale, date '2026-03-01' as first_day, date '2026-03-03' as last_day;

create macro stamp(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S');

create macro of_day(number) as date '2026-03-01' + (number % 3)::integer;

create macro moment_of(number) as of_day(number) + interval 8 hour + interval (number) second;

create table google_ads__customer as
select
    '1112223334' as customer_id,
    '{"customer":{"resourceName":"customers/1112223334","id":"1112223334","descriptiveName":"Nordhaus","currencyCode":"EUR","timeZone":"Europe/Berlin","status":"ENABLED","autoTaggingEnabled":true}}' as _payload;

create table google_ads__customer_clients as
select
    '1112223334' as customer_id,
    '{"customerClient":{"resourceName":"customers/1112223334/customerClients/1112223334","id":"1112223334","level":"0","manager":false,"hidden":false,"testAccount":false,"descriptiveName":"Nordhaus","currencyCode":"EUR","timeZone":"Europe/Berlin","status":"ENABLED"}}' as _payload;

create table google_ads__campaign_days as
select
    of_day(number) as day,
    (900000 + number)::text as campaign_id,
    'SEARCH' as ad_network_type,
    'MOBILE' as device,
    '{"campaign":{"resourceName":"customers/1112223334/campaigns/' || campaign_id || '","status":"ENABLED","advertisingChannelType":"SEARCH","name":"Roofs","id":"' || campaign_id || '"},"metrics":{"clicks":"3","conversions":2.5,"conversionsValue":180.0,"costMicros":"3700000","impressions":"60"},"segments":{"device":"MOBILE","adNetworkType":"SEARCH","date":"' || day || '"}}' as _payload
from range(30) as numbers (number);

create table google_ads__search_term_days as
select
    of_day(number) as day,
    '31' as ad_group_id,
    '77' as criterion_id,
    'roof repair ' || number as search_term,
    'BROAD' as search_term_match_type,
    '{"campaign":{"resourceName":"customers/1112223334/campaigns/900001","name":"Roofs","id":"900001"},"adGroup":{"resourceName":"customers/1112223334/adGroups/31","name":"Tiles","id":"31"},"searchTermView":{"resourceName":"customers/1112223334/searchTermViews/900001~31~' || number || '","searchTerm":"' || search_term || '"},"metrics":{"clicks":"1","conversions":0.5,"costMicros":"1230000","impressions":"20"},"segments":{"date":"' || day || '","searchTermMatchType":"BROAD","keyword":{"adGroupCriterion":"customers/1112223334/adGroupCriteria/31~77","info":{"matchType":"BROAD","text":"roof repair"}}}}' as _payload
from range(30) as numbers (number);

create table google_ads__click_view as
select
    of_day(number) as day,
    'Gcl-' || number as gclid,
    'SEARCH' as ad_network_type,
    '{"clickView":{"resourceName":"customers/1112223334/clickViews/' || day || '~' || gclid || '","gclid":"' || gclid || '","adGroupAd":"customers/1112223334/adGroupAds/31~41","keyword":"customers/1112223334/adGroupCriteria/31~77","keywordInfo":{"text":"roof repair","matchType":"EXACT"}},"campaign":{"resourceName":"customers/1112223334/campaigns/900001","name":"Roofs","id":"900001"},"adGroup":{"resourceName":"customers/1112223334/adGroups/31","name":"Tiles","id":"31"},"metrics":{"clicks":"1"},"segments":{"device":"MOBILE","clickType":"URL_CLICKS","adNetworkType":"SEARCH","date":"' || day || '"}}' as _payload
from range(30) as numbers (number);

create table google_ads__call_view as
select
    of_day(number) as day,
    '77' || number as call_id,
    '{"customer":{"resourceName":"customers/1112223334","timeZone":"Europe/Berlin"},"campaign":{"resourceName":"customers/1112223334/campaigns/900001","id":"900001","name":"Roofs"},"adGroup":{"resourceName":"customers/1112223334/adGroups/31","id":"31","name":"Tiles"},"callView":{"resourceName":"customers/1112223334/callViews/' || call_id || '","callerCountryCode":"DE","callerAreaCode":"40","callDurationSeconds":"184","startCallDateTime":"' || day || ' 10:00:00","endCallDateTime":"' || day || ' 10:03:04","callTrackingDisplayLocation":"AD","type":"MANUALLY_DIALED","callStatus":"RECEIVED"}}' as _payload
from range(30) as numbers (number);

create table google_ads__lead_form_submission_data as
select
    moment_of(number) as submitted_at,
    'lead-' || number as lead_id,
    '{"campaign":{"resourceName":"customers/1112223334/campaigns/900001","id":"900001","name":"Roofs"},"leadFormSubmissionData":{"resourceName":"customers/1112223334/leadFormSubmissionData/' || lead_id || '","id":"' || lead_id || '","asset":"customers/1112223334/assets/5501","campaign":"customers/1112223334/campaigns/900001","adGroup":"customers/1112223334/adGroups/31","adGroupAd":"customers/1112223334/adGroupAds/31~41","gclid":"Gcl-' || number || '","submissionDateTime":"' || replace(stamp(submitted_at), 'T', ' ') || '+00:00","leadFormSubmissionFields":[{"fieldType":"EMAIL","fieldValue":"g' || number || '@example.test"}],"customLeadFormSubmissionFields":[{"questionText":"Which roof?","fieldValue":"Flat"}]}}' as _payload
from range(30) as numbers (number);

create table meta_ads__account as
select
    '555000111' as account_id,
    '{"account_id":"555000111","id":"act_555000111","name":"Nordhaus","currency":"EUR","timezone_name":"Europe/Berlin","account_status":1}' as _payload;

create table meta_ads__ad_days as
select
    of_day(number) as day,
    (2000 + number)::text as ad_id,
    '{"account_id":"555000111","account_currency":"EUR","campaign_id":"2301","campaign_name":"Leads","adset_id":"2302","adset_name":"Broad","ad_id":"' || ad_id || '","ad_name":"Video","objective":"OUTCOME_LEADS","impressions":"1520","clicks":"31","inline_link_clicks":"18","spend":"47.53","actions":[{"action_type":"lead","value":"3"}],"date_start":"' || day || '","date_stop":"' || day || '"}' as _payload
from range(520) as numbers (number);

create table meta_ads__leads as
select
    moment_of(number) as created_at,
    (66000 + number)::text as lead_id,
    '8801' as form_id,
    '2001' as ad_id,
    '7700' as page_id,
    '{"id":"' || lead_id || '","created_time":"' || stamp(created_at) || '+0000","ad_id":"2001","ad_name":"Video","adset_id":"2302","adset_name":"Broad","campaign_id":"2301","campaign_name":"Leads","form_id":"8801","is_organic":false,"platform":"fb","field_data":[{"name":"email","values":["lead' || number || '@example.test"]}]}' as _payload
from range(120) as numbers (number);

create table callrail__calls as
select
    moment_of(number) as started_at,
    'CAL' || number as call_id,
    'inbound' as direction,
    'COM1' as company_id,
    'TRK1' as tracker_id,
    started_at as created_at,
    184 as duration_seconds,
    '{"id":"' || call_id || '","answered":true,"voicemail":false,"direction":"inbound","duration":184,"start_time":"' || stamp(started_at) || '.000+00:00","created_at":"' || stamp(started_at) || '.000+00:00","customer_phone_number":"+15005550006","tracking_phone_number":"+15005550001","source":"Google Ads","medium":"PPC","campaign":"roofs","landing_page_url":"https://nordhaus.example/?gclid=SYN","gclid":"SYN","tags":["Quote"],"value":"12.50"}' as _payload
from range(270) as numbers (number);

create table callrail__form_submissions as
select
    moment_of(number) as submitted_at,
    'FOR' || number as form_submission_id,
    '{"id":"' || form_submission_id || '","form_data":{"email":"f' || number || '@example.test"},"submitted_at":"' || stamp(submitted_at) || 'Z","source":"Direct"}' as _payload
from range(270) as numbers (number);

-- A message of the three days in each conversation, and one of the month before; a few wrote three.
create table callrail__text_messages as
select
    case when place = 0 then timestamp '2026-02-01 08:00:00' else moment_of(number) end + interval (place) minute as sent_at,
    'KZ' || number as conversation_id,
    conversation_id || '-' || place as message_id,
    '{"id":"' || conversation_id || '","customer_phone_number":"+15005550006","initial_tracking_number":"+15005550001","current_tracking_number":"+15005550001","last_message_at":null,"company_id":"COM1","lead_status":null,"source":"Google Ads","message":{"direction":"' || case place when 2 then 'outgoing' else 'incoming' end || '","content":"text ' || place || '","created_at":"' || stamp(sent_at) || '.000+00:00","type":"sms"}}' as _payload
from range(270) as numbers (number)
cross join range(4) as places (place)
where place < 2 or number < 3;

create table callrail__trackers as
select
    'TRK' || number as tracker_id,
    '{"id":"' || tracker_id || '","name":"Site","type":"source","status":"active","destination_number":"+15005550009","tracking_numbers":["+15005550001"],"company":{"id":"COM1","name":"Nordhaus"},"source":{"type":"offline"},"created_at":"2025-01-01T00:00:00Z","disabled_at":null}' as _payload
from range(260) as numbers (number);

create table typeform__forms as
select
    'F' || number as form_id,
    '{"id":"' || form_id || '","title":"Quote","hidden":["client_id"],"fields":[]}' as _payload
from range(2) as numbers (number);

create table typeform__responses as
select
    moment_of(number) as submitted_at,
    'r' || number as response_id,
    'F0' as form_id,
    '{"response_id":"' || response_id || '","token":"' || response_id || '","landed_at":"' || stamp(submitted_at) || 'Z","submitted_at":"' || stamp(submitted_at) || 'Z","metadata":{"user_agent":"Mozilla/5.0","referer":"https://nordhaus.example/"},"hidden":{"client_id":"11.22"},"answers":[{"field":{"id":"1","ref":"email","type":"email"},"type":"email","email":"r' || number || '@example.test"}]}' as _payload
from range(1020) as numbers (number);

create table hubspot__contacts as
select
    moment_of(number) as updated_at,
    updated_at as created_at,
    (100000 + number)::text as contact_id,
    '{"id":"' || contact_id || '","properties":{"createdate":"' || stamp(created_at) || '.000Z","email":"c' || number || '@example.test","hs_object_id":"' || contact_id || '","lastmodifieddate":"' || stamp(updated_at) || '.000Z","phone":null},"createdAt":"' || stamp(created_at) || '.000Z","updatedAt":"' || stamp(updated_at) || '.000Z","archived":false}' as _payload
from range(230) as numbers (number);

create table hubspot__deals as
select
    moment_of(number) as updated_at,
    updated_at as created_at,
    (900 + number)::text as deal_id,
    '{"id":"' || deal_id || '","properties":{"amount":"1500.00","createdate":"' || stamp(created_at) || '.000Z","dealname":"Roof","dealstage":"won","hs_lastmodifieddate":"' || stamp(updated_at) || '.000Z","hs_object_id":"' || deal_id || '","pipeline":"default"},"createdAt":"' || stamp(created_at) || '.000Z","updatedAt":"' || stamp(updated_at) || '.000Z","archived":false}' as _payload
from range(60) as numbers (number);

create table hubspot__deal_stages as
select
    deals.deal_id,
    stages.stage_id,
    deals.updated_at - interval (stages.hours) hour as entered_at,
    deals.updated_at,
    '{"value":"' || stage_id || '","timestamp":"' || stamp(entered_at) || '.000Z","sourceType":"CRM_UI"}' as _payload
from hubspot__deals as deals
cross join (values ('new', 48), ('won', 1)) as stages (stage_id, hours);

create table hubspot__deal_contacts as
select
    deal_id,
    (100000 + row_number() over (order by deal_id))::text as contact_id,
    updated_at,
    '{"toObjectId":"' || contact_id || '","associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":3,"label":null}]}' as _payload
from hubspot__deals
where deal_id <> '959';

create table hubspot__line_items as
select
    updated_at,
    (5000 + row_number() over (order by deal_id))::text as line_item_id,
    deal_id,
    '{"id":"' || line_item_id || '","properties":{"amount":"1500.00","createdate":"' || stamp(updated_at) || '.000Z","hs_cost_of_goods_sold":"300","hs_lastmodifieddate":"' || stamp(updated_at) || '.000Z","hs_object_id":"' || line_item_id || '","name":"Tiles","quantity":"2"},"createdAt":"' || stamp(updated_at) || '.000Z","updatedAt":"' || stamp(updated_at) || '.000Z","archived":false}' as _payload
from hubspot__deals;

create table hubspot__owners as
select
    number::text as owner_id,
    '{"id":"' || number || '","email":"owner' || number || '@nordhaus.example","firstName":"Ada","lastName":"Berg","archived":false}' as _payload
from range(1, 120) as numbers (number);

create table matomo__visits as
select
    date '2026-03-02' as visited_day,
    timestamp '2026-03-02 08:00:00' + interval (number) second as last_action_at,
    (50000 + number)::text as visit_id,
    '1' as site_id,
    '{"idVisit":"' || visit_id || '","idSite":"1","visitorId":"0a1b2c3d4e5f6071","serverDate":"2026-03-02","firstActionTimestamp":' || (epoch(last_action_at)::bigint - 60) || ',"lastActionTimestamp":' || epoch(last_action_at)::bigint || ',"referrerType":"direct","visitDuration":60,"actions":"2","actionDetails":[{"type":"action","url":"https://nordhaus.example/"}]}' as _payload
from range(520) as numbers (number);

create table ecb__rates as
select
    date '2025-12-01' + number::integer as day,
    'USD' as currency,
    '{"currency":"USD","rate":"1.' || (1000 + number) || '"}' as _payload
from range(93) as numbers (number);

create table google_ads__ad_group_days as
select
    of_day(number) as day,
    (30 + number)::text as ad_group_id,
    'SEARCH' as ad_network_type,
    'MOBILE' as device,
    '{"campaign":{"resourceName":"customers/1112223334/campaigns/900001","name":"Roofs","id":"900001"},"adGroup":{"resourceName":"customers/1112223334/adGroups/' || ad_group_id || '","id":"' || ad_group_id || '","name":"Tiles"},"metrics":{"clicks":"3","conversions":2.5,"costMicros":"3700000","impressions":"60"},"segments":{"device":"MOBILE","adNetworkType":"SEARCH","date":"' || day || '"}}' as _payload
from range(9) as numbers (number);

create table google_ads__keyword_days as
select
    of_day(number) as day,
    '31' as ad_group_id,
    (70 + number)::text as criterion_id,
    'SEARCH' as ad_network_type,
    'MOBILE' as device,
    '{"campaign":{"resourceName":"customers/1112223334/campaigns/900001","name":"Roofs","id":"900001"},"adGroup":{"resourceName":"customers/1112223334/adGroups/31","id":"31","name":"Tiles"},"adGroupCriterion":{"resourceName":"customers/1112223334/adGroupCriteria/31~' || criterion_id || '","keyword":{"text":"roof repair","matchType":"EXACT"},"criterionId":"' || criterion_id || '"},"metrics":{"clicks":"3","conversions":2.5,"costMicros":"3700000","impressions":"60"},"segments":{"device":"MOBILE","adNetworkType":"SEARCH","date":"' || day || '"},"keywordView":{"resourceName":"customers/1112223334/keywordViews/31~' || criterion_id || '"}}' as _payload
from range(9) as numbers (number);

create table hubspot__calls as
select
    updated_at,
    (7000 + row_number() over (order by contact_id))::text as call_id,
    contact_id,
    '{"id":"' || call_id || '","properties":{"hs_call_direction":"OUTBOUND","hs_createdate":"' || stamp(updated_at) || '.000Z","hs_lastmodifieddate":"' || stamp(updated_at) || '.000Z","hs_object_id":"' || call_id || '","hs_timestamp":"' || stamp(updated_at) || '.000Z"},"createdAt":"' || stamp(updated_at) || '.000Z","updatedAt":"' || stamp(updated_at) || '.000Z","archived":false}' as _payload
from hubspot__contacts;

create table hubspot__pipelines as
select
    'default' as pipeline_id,
    'Sales' as pipeline_label,
    number as display_order,
    'stage' || number as stage_id,
    '{"id":"stage' || number || '","label":"Stage","displayOrder":' || number || ',"metadata":{"isClosed":"false","probability":"0.2"}}' as _payload
from range(3) as numbers (number);
