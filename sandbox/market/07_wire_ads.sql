create schema wire;
-- Who has accounts at the ad platforms.
create view advertisers as from brands where google_account is not null;
create table wire.google_ads__customer as
select google_account as customer_id, name as descriptive_name, currency as currency_code, time_zone, 'ENABLED' as status, true as is_auto_tagging_enabled,
    brand as _brand, google_account as _account, getvariable('last_day')::date as _day,
    to_json({'customer': {'resourceName': 'customers/' || google_account, 'id': google_account, 'descriptiveName': name, 'currencyCode': currency,
        'timeZone': time_zone, 'autoTaggingEnabled': true, 'status': 'ENABLED'}})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from advertisers;

create table wire.google_ads__customer_clients as
select google_account as customer_id, 0::bigint as level, name as descriptive_name, currency as currency_code, time_zone, 'ENABLED' as status,
    false as is_manager, false as is_hidden, false as is_test_account,
    brand as _brand, google_account as _account, getvariable('last_day')::date as _day,
    to_json({'customerClient': {'resourceName': 'customers/' || google_account || '/customerClients/' || google_account, 'id': google_account, 'level': '0',
        'manager': false, 'hidden': false, 'testAccount': false, 'descriptiveName': name, 'currencyCode': currency, 'timeZone': time_zone, 'status': 'ENABLED'}})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from advertisers;

create macro day_payload(account, day, network, device, impressions, clicks, cost, conversions, campaign) as
    {'campaign': campaign, 'metrics': {'clicks': clicks::text, 'conversions': conversions::double, 'conversionsValue': (conversions * 50)::double, 'costMicros': cost::text, 'impressions': impressions::text},
     'segments': {'adNetworkType': network, 'date': day::text, 'device': device}};

create table wire.google_ads__campaign_days as
with summed as (
    select brand, campaign_id, any_value(campaign_name) as campaign_name, any_value(new_name) as new_name, any_value(renamed_on) as renamed_on,
        any_value(channel_type) as channel_type, network, day, device, sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks,
        sum(cost_micros)::bigint as cost_micros, sum(conversions)::bigint as conversions
    from click_days where platform = 'google_ads' group by brand, campaign_id, network, day, device
),
versions as (
    select *, chance('restated', campaign_id || day || device) < 0.08 as is_restated from summed
),
shown as (
    select *, cost_micros as shown_cost, case when is_restated then day + 9 end as valid_from, null::date as valid_to from versions
    union all
    select *, (cost_micros * 1.06)::bigint // 10000 * 10000, null, day + 9 from versions where is_restated
)
select
    google_account as customer_id, day, campaign_id, network as ad_network_type, device,
    case when day >= renamed_on then new_name else campaign_name end as campaign_name, 'ENABLED' as campaign_status, channel_type,
    impressions, clicks, shown_cost as cost_micros, conversions::decimal(20, 6) as conversions, (conversions * 50)::decimal(20, 6) as conversions_value,
    brand as _brand, google_account as _account, day as _day,
    to_json(day_payload(google_account, day, network, device, impressions, clicks, shown_cost, conversions,
        {'resourceName': 'customers/' || google_account || '/campaigns/' || campaign_id, 'status': 'ENABLED', 'advertisingChannelType': channel_type, 'id': campaign_id,
         'name': case when day >= renamed_on then new_name else campaign_name end}))::text as _payload,
    valid_from as _valid_from, valid_to as _valid_to
from shown inner join advertisers using (brand);

create table wire.google_ads__ad_group_days as
with summed as (
    select brand, campaign_id, any_value(campaign_name) as campaign_name, any_value(new_name) as new_name, any_value(renamed_on) as renamed_on,
        ad_group_id, any_value(ad_group_name) as ad_group_name, network, day, device, sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks,
        sum(cost_micros)::bigint as cost_micros, sum(conversions)::bigint as conversions
    from click_days where platform = 'google_ads' and ad_group_id is not null group by brand, campaign_id, ad_group_id, network, day, device
)
select
    google_account as customer_id, day, ad_group_id, network as ad_network_type, device, ad_group_name, campaign_id, case when day >= renamed_on then new_name else campaign_name end as campaign_name,
    impressions, clicks, cost_micros, conversions::decimal(20, 6) as conversions,
    brand as _brand, google_account as _account, day as _day,
    to_json({'campaign': {'resourceName': 'customers/' || google_account || '/campaigns/' || campaign_id, 'id': campaign_id, 'name': case when day >= renamed_on then new_name else campaign_name end},
        'adGroup': {'resourceName': 'customers/' || google_account || '/adGroups/' || ad_group_id, 'id': ad_group_id, 'name': ad_group_name},
        'metrics': {'clicks': clicks::text, 'conversions': conversions::double, 'costMicros': cost_micros::text, 'impressions': impressions::text},
        'segments': {'adNetworkType': network, 'date': day::text, 'device': device}})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from summed inner join advertisers using (brand);

create table wire.google_ads__keyword_days as
select
    google_account as customer_id, day, ad_group_id, criterion_id, network as ad_network_type, device, ad_group_name, campaign_id,
    case when day >= renamed_on then new_name else campaign_name end as campaign_name, keyword_text, match_type,
    impressions, clicks::bigint as clicks, cost_micros, conversions::decimal(20, 6) as conversions,
    brand as _brand, google_account as _account, day as _day,
    to_json({'campaign': {'resourceName': 'customers/' || google_account || '/campaigns/' || campaign_id, 'id': campaign_id, 'name': case when day >= renamed_on then new_name else campaign_name end},
        'adGroup': {'resourceName': 'customers/' || google_account || '/adGroups/' || ad_group_id, 'id': ad_group_id, 'name': ad_group_name},
        'adGroupCriterion': {'resourceName': 'customers/' || google_account || '/adGroupCriteria/' || ad_group_id || '~' || criterion_id, 'keyword': {'matchType': match_type, 'text': keyword_text}, 'criterionId': criterion_id},
        'metrics': {'clicks': clicks::text, 'conversions': conversions::double, 'costMicros': cost_micros::text, 'impressions': impressions::text},
        'segments': {'adNetworkType': network, 'date': day::text, 'device': device},
        'keywordView': {'resourceName': 'customers/' || google_account || '/keywordViews/' || ad_group_id || '~' || criterion_id}})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from click_days inner join advertisers using (brand)
where platform = 'google_ads' and channel_type = 'SEARCH';

-- What each click of search was looked for with. What hardly anybody searches for is not told; a few write a number or an
-- address into the field.
create table searches as
with worded as (
    select clicks.*, regexp_replace(keyword_text, ' [0-9]+$', '') as words, advertisers.language,
        chance('search', click_number) as draw
    from clicks inner join advertisers using (brand)
    where platform = 'google_ads' and channel_type = 'SEARCH'
)
select *,
    case
        when draw < 0.12 then words || ' ' || pick(['haus nr', 'street', 'notdienst', 'for barn', 'nach sturm'], 'rare search', click_number) || ' ' || click_number % 9973
        when draw < 0.13 then words || case language when 'de' then ' 040 555' else ' 602 555' end || lpad((click_number % 10000)::text, 4, '0')
        when draw < 0.135 then words || ' info' || click_number % 100 || '@roofs.example'
        else pick(case language when 'de' then [words, words || ' kosten', words || ' in der nähe', 'was kostet ' || words, words || ' firma']
            else [words, words || ' cost', words || ' near me', 'how much is ' || words, 'best ' || words] end, 'search term', click_number)
    end as search_term,
    draw >= 0.12 as is_told
from worded;

create table wire.google_ads__search_term_days as
with summed as (
    select brand, day, campaign_id, any_value(name_that_day) as campaign_name, ad_group_id, any_value(ad_group_name) as ad_group_name, criterion_id,
        any_value(keyword_text) as keyword_text, any_value(match_type) as match_type, search_term,
        case when search_term = any_value(words) then 'EXACT' when match_type = 'EXACT' then 'NEAR_EXACT' else match_type end as search_term_match_type,
        count(*)::bigint as clicks, sum(cost_micros)::bigint as cost_micros, sum(conversions)::bigint as conversions, sum(12 + click_number % 40)::bigint as impressions
    from searches where is_told group by brand, day, campaign_id, ad_group_id, criterion_id, match_type, search_term
)
select
    google_account as customer_id, day, ad_group_id, criterion_id, search_term, search_term_match_type, ad_group_name, campaign_id, campaign_name, keyword_text, match_type,
    impressions, clicks, cost_micros, conversions::decimal(20, 6) as conversions,
    brand as _brand, google_account as _account, day as _day,
    to_json({'campaign': {'resourceName': 'customers/' || google_account || '/campaigns/' || campaign_id, 'id': campaign_id, 'name': campaign_name},
        'adGroup': {'resourceName': 'customers/' || google_account || '/adGroups/' || ad_group_id, 'id': ad_group_id, 'name': ad_group_name},
        'searchTermView': {'resourceName': 'customers/' || google_account || '/searchTermViews/' || campaign_id || '~' || ad_group_id || '~' || replace(to_base64(encode(search_term)), '=', ''), 'searchTerm': search_term},
        'metrics': {'clicks': clicks::text, 'conversions': conversions::double, 'costMicros': cost_micros::text, 'impressions': impressions::text},
        'segments': {'date': day::text, 'searchTermMatchType': search_term_match_type,
            'keyword': {'adGroupCriterion': 'customers/' || google_account || '/adGroupCriteria/' || ad_group_id || '~' || criterion_id, 'info': {'matchType': match_type, 'text': keyword_text}}}})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from summed inner join advertisers using (brand);

create table wire.google_ads__click_view as
select
    google_account as customer_id, day, click_id as gclid, network as ad_network_type, device, 'URL_CLICKS' as click_type, campaign_id, name_that_day as campaign_name,
    ad_group_id, ad_group_name, ad_id, case when channel_type = 'SEARCH' then criterion_id end as criterion_id,
    case when channel_type = 'SEARCH' then keyword_text end as keyword_text, case when channel_type = 'SEARCH' then match_type end as match_type, 1::bigint as clicks,
    brand as _brand, google_account as _account, day as _day,
    case
        when channel_type = 'SEARCH' then to_json({'campaign': {'resourceName': 'customers/' || google_account || '/campaigns/' || campaign_id, 'id': campaign_id, 'name': name_that_day},
            'adGroup': {'resourceName': 'customers/' || google_account || '/adGroups/' || ad_group_id, 'id': ad_group_id, 'name': ad_group_name},
            'clickView': {'resourceName': 'customers/' || google_account || '/clickViews/' || day || '~' || click_id, 'gclid': click_id, 'adGroupAd': 'customers/' || google_account || '/adGroupAds/' || ad_group_id || '~' || ad_id,
                'keyword': 'customers/' || google_account || '/adGroupCriteria/' || ad_group_id || '~' || criterion_id, 'keywordInfo': {'matchType': match_type, 'text': keyword_text}},
            'metrics': {'clicks': '1'}, 'segments': {'adNetworkType': network, 'clickType': 'URL_CLICKS', 'date': day::text, 'device': device}})::text
        when ad_group_id is not null then to_json({'campaign': {'resourceName': 'customers/' || google_account || '/campaigns/' || campaign_id, 'id': campaign_id, 'name': name_that_day},
            'adGroup': {'resourceName': 'customers/' || google_account || '/adGroups/' || ad_group_id, 'id': ad_group_id, 'name': ad_group_name},
            'clickView': {'resourceName': 'customers/' || google_account || '/clickViews/' || day || '~' || click_id, 'gclid': click_id, 'adGroupAd': 'customers/' || google_account || '/adGroupAds/' || ad_group_id || '~' || ad_id},
            'metrics': {'clicks': '1'}, 'segments': {'adNetworkType': network, 'clickType': 'URL_CLICKS', 'date': day::text, 'device': device}})::text
        else to_json({'campaign': {'resourceName': 'customers/' || google_account || '/campaigns/' || campaign_id, 'id': campaign_id, 'name': name_that_day},
            'clickView': {'resourceName': 'customers/' || google_account || '/clickViews/' || day || '~' || click_id, 'gclid': click_id},
            'metrics': {'clicks': '1'}, 'segments': {'adNetworkType': network, 'clickType': 'URL_CLICKS', 'date': day::text, 'device': device}})::text
    end as _payload,
    null::date as _valid_from, null::date as _valid_to
from clicks inner join advertisers using (brand)
where platform = 'google_ads';

-- Google counts nine of ten calls that follow a click on its ads, and does not say who called.
create table wire.google_ads__call_view as
with counted as (
    select inquiries.*, google_account, to_local(date_trunc('second', occurred_at), inquiries.time_zone) as started,
        to_local(date_trunc('second', occurred_at) + to_seconds(duration_seconds), inquiries.time_zone) as ended, (7700000000 + record_number)::text as call_id,
        case when is_answered or is_voicemail then 'RECEIVED' else 'MISSED' end as call_status,
        case when duration_seconds >= 15 then case inquiries.region when 'DE' then true_phone[4:6] else true_phone[3:5] end end as area_code,
        clicks.campaign_id, clicks.name_that_day, clicks.ad_group_id, clicks.ad_group_name
    from inquiries
    inner join advertisers as brands on inquiries.brand = brands.brand
    inner join clicks on inquiries.brand = clicks.brand and clicks.platform = 'google_ads' and inquiries.visit_number = clicks.click_number
    where way = 'call' and has_session and chance('counted by google', record_number) < 0.9
)
select
    google_account as customer_id, call_id, started::date as day, date_trunc('second', occurred_at) as started_at, date_trunc('second', occurred_at) + to_seconds(duration_seconds) as ended_at,
    duration_seconds, call_status, 'MANUALLY_DIALED' as call_type, 'LANDING_PAGE' as display_location, region as caller_country_code, area_code as caller_area_code,
    campaign_id, name_that_day as campaign_name, ad_group_id, ad_group_name,
    brand as _brand, google_account as _account, started::date as _day,
    json_merge_patch(
        to_json({'customer': {'resourceName': 'customers/' || google_account, 'timeZone': time_zone}, 'campaign': {'resourceName': 'customers/' || google_account || '/campaigns/' || campaign_id, 'id': campaign_id, 'name': name_that_day},
            'callView': {'resourceName': 'customers/' || google_account || '/callViews/' || call_id, 'callerCountryCode': region, 'callDurationSeconds': duration_seconds::text,
                'startCallDateTime': strftime(started, '%Y-%m-%d %H:%M:%S'), 'endCallDateTime': strftime(ended, '%Y-%m-%d %H:%M:%S'),
                'callTrackingDisplayLocation': 'LANDING_PAGE', 'type': 'MANUALLY_DIALED', 'callStatus': call_status}}),
        -- What is not known is left out.
        case when area_code is null then '{}'::json else to_json({'callView': {'callerAreaCode': area_code}}) end,
        case when ad_group_id is null then '{}'::json else to_json({'adGroup': {'resourceName': 'customers/' || google_account || '/adGroups/' || ad_group_id, 'id': ad_group_id, 'name': ad_group_name}}) end
    )::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from counted;

-- This market's lead forms lie on Meta alone.
create table wire.google_ads__lead_form_submission_data as
select ''::text as customer_id, ''::text as lead_id, null::timestamp as submitted_at, ''::text as form_id, ''::text as campaign_id, ''::text as campaign_name, ''::text as ad_group_id,
    ''::text as ad_id, ''::text as gclid, ''::text as email, ''::text as phone, ''::text as full_name, ''::text as city, ''::text as company, ''::text as answers,
    ''::text as _brand, ''::text as _account, null::date as _day, ''::text as _payload, null::date as _valid_from, null::date as _valid_to
where false;

create table wire.meta_ads__account as
select meta_account as account_id, name, currency, time_zone as timezone_name, 1::bigint as account_status,
    brand as _brand, meta_account as _account, getvariable('last_day')::date as _day,
    to_json({'id': 'act_' || meta_account, 'account_id': meta_account, 'name': name, 'currency': currency, 'timezone_name': time_zone,
        'timezone_offset_hours_utc': case region when 'DE' then 1 else -7 end, 'account_status': 1})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from advertisers;

create table wire.meta_ads__ad_days as
with leads as (
    select day, claimed_ad_id as ad_id, count(*) as leads, count(*) filter (where not is_claimed) as view_leads
    from platform_claims where platform = 'meta_ads' and (is_claimed or is_after_view) and day <= getvariable('last_day')::date group by all
),
delivered as (
    select ad_id, day, sum(clicks)::bigint as clicks, sum(cost_micros)::bigint as cost_micros, sum(impressions)::bigint as impressions
    from click_days where platform = 'meta_ads' group by all
),
-- A lead may come on a day on which its ad was not shown.
counted as (
    select brand, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, keywords.ad_name, day, coalesce(clicks, 0)::bigint as clicks,
        coalesce(cost_micros, 0)::bigint as cost_micros, coalesce(impressions, 0)::bigint as impressions, coalesce(leads, 0)::bigint as leads,
        coalesce(view_leads, 0)::bigint as view_leads
    from delivered full join leads using (ad_id, day)
    inner join keywords using (ad_id)
)
select
    day, ad_id, ad_name, ad_group_id as adset_id, ad_group_name as adset_name, campaign_id, campaign_name, 'OUTCOME_LEADS' as objective, currency as account_currency,
    impressions, clicks, (clicks * 7 // 10)::bigint as inline_link_clicks, (cost_micros / 1000000.0)::decimal(20, 6) as spend, leads, view_leads as leads_after_view,
    brand as _brand, meta_account as _account, day as _day,
    to_json({'account_id': meta_account, 'account_currency': currency, 'campaign_id': campaign_id, 'campaign_name': campaign_name, 'adset_id': ad_group_id,
        'adset_name': ad_group_name, 'ad_id': ad_id, 'ad_name': ad_name, 'objective': 'OUTCOME_LEADS', 'impressions': impressions::text, 'clicks': clicks::text,
        'inline_link_clicks': (clicks * 7 // 10)::text, 'spend': (cost_micros / 1000000.0)::decimal(18, 2)::text,
        'actions': ('[' || concat_ws(',', to_json({'action_type': 'link_click', 'value': (clicks * 7 // 10)::text})::text,
            case when view_leads > 0 then to_json({'action_type': 'lead', 'value': leads::text, '1d_view': view_leads::text})::text
                when leads > 0 then to_json({'action_type': 'lead', 'value': leads::text})::text end) || ']')::json,
        'date_start': day::text, 'date_stop': day::text})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from counted inner join advertisers using (brand);

create table wire.meta_ads__leads as
with placed as (select *, row_number() over (partition by campaign_id order by ad_id) as ad_place from keywords where platform = 'meta_ads'),
named as (
    select inquiries.*, placed.ad_id, placed.ad_name, placed.ad_group_id, placed.ad_group_name, placed.campaign_name,
        (6600000000 + record_number)::text as lead_id, '88' || place as lead_form_id, meta_account, meta_page
    from inquiries
    inner join placed on inquiries.lead_campaign_id = placed.campaign_id and placed.ad_place = record_number % 9 + 1
    inner join advertisers as brands on inquiries.brand = brands.brand
)
select
    lead_id, date_trunc('second', occurred_at) as created_at, lead_form_id as form_id, meta_page as page_id, ad_id, ad_name, ad_group_id as adset_id, lead_campaign_id as campaign_id,
    campaign_name, 'fb' as platform, false as is_organic, email, phone, full_name, city, company,
    brand as _brand, meta_account as _account, occurred_at::date as _day,
    to_json({'id': lead_id, 'created_time': strftime(occurred_at, '%Y-%m-%dT%H:%M:%S') || '+0000', 'ad_id': ad_id, 'ad_name': ad_name, 'adset_id': ad_group_id, 'adset_name': ad_group_name,
        'campaign_id': lead_campaign_id, 'campaign_name': campaign_name, 'form_id': lead_form_id, 'is_organic': false, 'platform': 'fb',
        'field_data': list_filter([{'name': 'full_name', 'values': [full_name]}, {'name': 'email', 'values': [email]}, {'name': 'phone_number', 'values': [phone]},
            {'name': 'city', 'values': [city]}, {'name': 'company_name', 'values': [company]}], lambda one : one['values'][1] is not null)})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from named;
