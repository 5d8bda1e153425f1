create macro crm_object(id, properties, created_at, updated_at) as
    left(to_json({'id': id})::text, -1) || ',"properties":' || properties || ',"createdAt":"' || iso_ms(created_at) || '","updatedAt":"' || iso_ms(updated_at) || '","archived":false}';

create table wire.hubspot__contacts as
with listed as (
    select contacts.*, hubspot_account, date_trunc('second', created_at) as made_at,
        date_trunc('second', created_at) + to_seconds(floor(chance('touched', person) * 3600)::bigint) as changed_at,
        case when nullif(touch, 'direct') is null then 'DIRECT_TRAFFIC' when touch = 'organic' then 'ORGANIC_SEARCH' when touch = 'google_ads' then 'PAID_SEARCH' when touch = 'meta_ads' then 'PAID_SOCIAL'
            when touch = 'email' then 'EMAIL_MARKETING' when touch = 'assistant' then 'AI_REFERRALS' else 'REFERRALS' end as analytics_source,
        coalesce(email, case when chance('asked email', person) < 0.35 then true_email end) as crm_email, coalesce(phone, case when way in ('typeform', 'chat') and chance('asked phone', person) < 0.3 then true_phone end) as crm_phone,
        -- One in twenty has a second address in the CRM.
        case when chance('second address', person) < 0.05 then lower(latin_first_name) || '.' || person || '@second.example' end as other_emails,
        (select owner_id from owners where owners.email = contacts.employee) as owner_id,
        -- Who enters a contact often does so in Latin letters.
        case when chance('entered in Latin', person) < 0.6 then latin_first_name else first_name end as shown_first_name,
        case when chance('entered in Latin', person) < 0.6 then latin_last_name else last_name end as shown_last_name
    from contacts inner join brands using (brand)
    where created_at < getvariable('end_at')
    union all by name
    select
        contact_id, brand, company, hubspot_account, date_trunc('second', min(created_at)) as made_at, date_trunc('second', min(created_at)) as changed_at, 'OFFLINE' as analytics_source,
        email as crm_email, first_name as shown_first_name, last_name as shown_last_name
    from signers inner join brands using (brand) group by all
)
select
    contact_id, made_at as created_at, changed_at as updated_at, crm_email as email, crm_phone as phone, other_emails, null::text as mobile_phone, shown_first_name as first_name, shown_last_name as last_name, company, city,
    'lead' as lifecycle_stage, 'OPEN' as lead_status, owner_id, null::text as merged_contact_ids, analytics_source, null::text as first_url, null::text as first_referrer,
    gclid as google_click_id, null::text as facebook_click_id, brand as _brand, hubspot_account as _account, changed_at::date as _day,
    crm_object(contact_id, to_json({'email': crm_email, 'phone': crm_phone, 'hs_additional_emails': other_emails, 'mobilephone': null, 'firstname': shown_first_name, 'lastname': shown_last_name, 'company': company, 'city': city, 'lifecyclestage': 'lead', 'hs_lead_status': 'OPEN',
        'hubspot_owner_id': owner_id, 'createdate': iso_ms(made_at), 'lastmodifieddate': iso_ms(changed_at), 'hs_object_id': contact_id, 'hs_analytics_source': analytics_source, 'hs_analytics_first_url': null,
        'hs_analytics_first_referrer': null, 'hs_google_click_id': gclid, 'hs_facebook_click_id': null, 'hs_merged_object_ids': null, 'hs_calculated_merged_vids': null})::text, made_at, changed_at) as _payload,
    null::date as _valid_from, null::date as _valid_to
from listed where changed_at < getvariable('end_at');

create table wire.hubspot__deals as
with versions as (
    select *, entered_at as changed_at, null::date as valid_to, case when is_late then entered_at::date end as valid_from, stage_id as shown_stage, won_at is not null as shown_won, false as is_early from deal_versions
    union all
    -- Before the late entry the deal looked as on its first day.
    select * , created_at, entered_at::date, null, 'appointmentscheduled', false, true from deal_versions where is_late
),
shown as (
    select versions.*, date_trunc('second', created_at) as made_at, date_trunc('second', changed_at) as updated_at, case when not is_early then date_trunc('second', coalesce(won_at, lost_at)) end as closed_at,
        case when not is_early then date_trunc('second', cancelled_at) end as cancelled_on, case when not is_early then lost_reason end as reason,
        (select owner_id from owners where owners.email = versions.employee) as owner_id, product || ' ' || deal_id as deal_name
    from versions
    where changed_at < getvariable('end_at')
)
select
    deal_id, deal_name, amount::decimal(20, 6) as amount, currency, 'default' as pipeline_id, shown_stage as stage_id, made_at as created_at, updated_at, closed_at, owner_id, shown_won as is_won, shown_stage in ('closedwon', 'closedlost') as is_closed, 'CRM_UI' as created_through, null::text as merged_deal_ids,
    reason as lost_reason, cancelled_on as cancelled_at, cost::decimal(20, 6) as cost_of_goods, brand as _brand, hubspot_account as _account, updated_at::date as _day,
    crm_object(deal_id, to_json({'dealname': deal_name, 'amount': amount::text, 'deal_currency_code': currency, 'dealstage': shown_stage, 'pipeline': 'default', 'closedate': iso_ms(closed_at), 'createdate': iso_ms(made_at),
        'hs_lastmodifieddate': iso_ms(updated_at), 'hs_object_id': deal_id, 'hs_is_closed_won': case when shown_won then 'true' else 'false' end,
        'hs_is_closed': case when shown_stage in ('closedwon', 'closedlost') then 'true' else 'false' end, 'hs_object_source': 'CRM_UI', 'hs_merged_object_ids': null, 'hubspot_owner_id': owner_id, 'closed_lost_reason': reason,
        'cancelled_at': iso_ms(cancelled_on), 'cost_of_goods': cost::text})::text, made_at, updated_at) as _payload,
    valid_from as _valid_from, valid_to as _valid_to
from shown;

create table wire.hubspot__deal_stages as
select deal_id, deal_stages.stage_id, date_trunc('second', deal_stages.entered_at) as entered_at, deals.updated_at, deal_stages.brand as _brand, deal_stages.hubspot_account as _account, deals._day,
    to_json({'value': deal_stages.stage_id, 'timestamp': iso_ms(date_trunc('second', deal_stages.entered_at)), 'sourceType': 'CRM_UI'})::text as _payload, null::date as _valid_from, null::date as _valid_to
from deal_stages inner join wire.hubspot__deals as deals using (deal_id)
where deals._valid_to is null;

-- One contact in ten has a role. A deal whose contact the CRM does not know has none.
create table wire.hubspot__deal_contacts as
with ties as (
    select deals.deal_id, contacts.contact_id, case when chance('role', deal_number) < 0.1 then 'Decision maker' end as role
    from deals inner join contacts using (person) inner join wire.hubspot__contacts as known on contacts.contact_id = known.contact_id
    union all
    select deal_id, contact_id, 'Decision maker' from signers
)
select wire_deals.deal_id, ties.contact_id, ties.role, wire_deals.updated_at, wire_deals._brand, wire_deals._account, wire_deals._day,
    case when ties.contact_id is null then to_json({'id': wire_deals.deal_id})
        else to_json({'toObjectId': ties.contact_id, 'associationTypes': [{'category': 'HUBSPOT_DEFINED', 'typeId': 3, 'label': role}]}) end::text as _payload, null::date as _valid_from, null::date as _valid_to
from wire.hubspot__deals as wire_deals left join ties using (deal_id)
where wire_deals._valid_to is null;

create table wire.hubspot__line_items as
with shown as (
    select deal_items.*, date_trunc('second', deal_items.created_at) + to_seconds(60) as updated_at from deal_items inner join wire.hubspot__deals as known using (deal_id) where known._valid_to is null
)
select line_item_id, deal_id, product as product_name, upper(replace(product, ' ', '-')) as sku, quantity::decimal(20, 6) as quantity, amount::decimal(20, 6) as amount, (cost * quantity)::decimal(20, 6) as cost_of_goods,
    currency, updated_at, brand as _brand, hubspot_account as _account, updated_at::date as _day,
    crm_object(line_item_id, to_json({'name': product, 'hs_sku': upper(replace(product, ' ', '-')), 'quantity': quantity::text, 'amount': amount::text, 'hs_cost_of_goods_sold': cost::text,
        'hs_line_item_currency_code': currency, 'createdate': iso_ms(updated_at), 'hs_lastmodifieddate': iso_ms(updated_at), 'hs_object_id': line_item_id})::text, updated_at, updated_at) as _payload,
    null::date as _valid_from, null::date as _valid_to
from shown where updated_at < getvariable('end_at');

create table wire.hubspot__calls as
with shown as (
    select callbacks.*, hubspot_account, date_trunc('second', occurred_at) as called_at, date_trunc('second', occurred_at) + to_seconds(600) as updated_at,
        (select owner_id from owners where owners.email = callbacks.employee) as owner_id
    from callbacks inner join brands using (brand)
)
select call_id, contact_id, called_at as occurred_at, 'OUTBOUND' as direction, 'COMPLETED' as status, duration_ms, owner_id, updated_at, brand as _brand, hubspot_account as _account, updated_at::date as _day,
    crm_object(call_id, to_json({'hs_timestamp': iso_ms(called_at), 'hs_call_direction': 'OUTBOUND', 'hs_call_status': 'COMPLETED', 'hs_call_duration': duration_ms::text, 'hubspot_owner_id': owner_id,
        'createdate': iso_ms(updated_at), 'hs_lastmodifieddate': iso_ms(updated_at), 'hs_object_id': call_id})::text, updated_at, updated_at) as _payload,
    null::date as _valid_from, null::date as _valid_to
from shown where updated_at < getvariable('end_at') and contact_id in (select contact_id from wire.hubspot__contacts);

create table wire.hubspot__owners as
select owner_id, email, first_name, last_name, brand as _brand, hubspot_account as _account, getvariable('last_day')::date as _day,
    to_json({'id': owner_id, 'email': email, 'firstName': first_name, 'lastName': last_name, 'archived': false})::text as _payload, null::date as _valid_from, null::date as _valid_to
from owners inner join brands using (brand);

-- The label of the won stage says nothing of winning: its flags do.
create table wire.hubspot__pipelines as
select 'default' as pipeline_id, stage_id, 'Sales' as pipeline_label, label as stage_label, number::bigint as display_order, is_closed, probability::decimal(20, 10) as probability,
    brand as _brand, hubspot_account as _account, getvariable('last_day')::date as _day,
    to_json({'id': stage_id, 'label': label, 'displayOrder': number, 'archived': false, 'metadata': {'isClosed': case when is_closed then 'true' else 'false' end, 'probability': probability::text}})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from brands, (values ('appointmentscheduled', 'New', 0, false, 0.1), ('qualifiedtobuy', 'Qualified', 1, false, 0.3), ('presentationscheduled', 'Offer made', 2, false, 0.6), ('closedwon', 'Contract signed', 3, true, 1.0), ('closedlost', 'Lost', 4, true, 0.0)) as stages (stage_id, label, number, is_closed, probability);
