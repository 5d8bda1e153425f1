-- What leaves without a word, and what cannot be read: habits of a CRM that change nothing of what was sold.

-- One won deal in fifty goes on to another pipeline, to be delivered.
create table moved_on as
select deal_id, date_trunc('second', entered_at) + to_seconds(200000 + floor(chance('delivers', deal_number) * 300000)::bigint) as moved_at
from deal_versions
where stage_id = 'closedwon' and not is_late and cancelled_at is null and chance('delivered', deal_number) < 0.02;
delete from moved_on where moved_at >= getvariable('end_at');

-- One deal in fifty is entered twice; the second one is deleted two days later, or becomes a part of the first.
create table entered_twice as
select
    deal_id, (7000000 + deal_id::bigint)::text as twin_id, chance('merged', deal_number) < 0.5 as is_merged, date_trunc('second', created_at) + to_seconds(90) as entered_at,
    date_trunc('second', created_at) + to_seconds(90 + 2 * 86400) as gone_at
from deal_versions
where not is_late and chance('entered twice', deal_number) < 0.02;
delete from entered_twice where gone_at >= getvariable('end_at');

-- The cost of one lost deal in fifty is no number.
create table unread_costs as
select deal_id from deal_versions where stage_id = 'closedlost' and not is_late and chance('cost in words', deal_number) < 0.02;

-- Of three won deals in a hundred somebody keeps a list of his own: every Monday it is imported, all of it in one
-- instant, as won, with the moments at which its deals were closed.
create table brought_over as
select deal_id, date_trunc('week', won_at) + interval 1 week + interval 6 hour as imported_at
from deal_versions
where stage_id = 'closedwon' and not is_late and cancelled_at is null and chance('brought over', deal_number) < 0.03
    and deal_id not in (select deal_id from moved_on) and deal_id not in (select deal_id from entered_twice);
delete from brought_over where imported_at >= getvariable('end_at');

alter table wire.hubspot__deals add column _column_rejects varchar;
update wire.hubspot__deals set
    cost_of_goods = null, _column_rejects = 'cost_of_goods does not fit into a column of type decimal',
    _payload = regexp_replace(_payload, '"cost_of_goods":"[^"]*"', '"cost_of_goods":"n/a"')
where deal_id in (select deal_id from unread_costs);

-- The first one names the second; HubSpot lists that nowhere any more.
update wire.hubspot__deals as deals set
    merged_deal_ids = twins.twin_id, _payload = replace(deals._payload, '"hs_merged_object_ids":null', '"hs_merged_object_ids":"' || twins.twin_id || '"')
from entered_twice as twins
where deals.deal_id = twins.deal_id and twins.is_merged and deals.updated_at >= twins.gone_at;
delete from entered_twice where is_merged and deal_id not in (select deal_id from wire.hubspot__deals where merged_deal_ids is not null);

insert into wire.hubspot__deals by name
select
    twins.twin_id as deal_id, deals.deal_name, deals.amount, deals.currency, deals.pipeline_id, 'appointmentscheduled' as stage_id, twins.entered_at as created_at, twins.entered_at as updated_at, deals.owner_id,
    false as is_won, false as is_closed, deals.created_through, deals._brand, deals._account, twins.entered_at::date as _day,
    crm_object(twins.twin_id, to_json({'dealname': deals.deal_name, 'amount': deals.amount::decimal(18, 2)::text, 'deal_currency_code': deals.currency, 'dealstage': 'appointmentscheduled', 'pipeline': 'default', 'closedate': null,
        'createdate': iso_ms(twins.entered_at), 'hs_lastmodifieddate': iso_ms(twins.entered_at), 'hs_object_id': twins.twin_id, 'hs_is_closed_won': 'false', 'hs_is_closed': 'false', 'hs_object_source': 'CRM_UI',
        'hs_merged_object_ids': null, 'hubspot_owner_id': deals.owner_id, 'closed_lost_reason': null, 'cancelled_at': null, 'cost_of_goods': null})::text, twins.entered_at, twins.entered_at) as _payload,
    twins.gone_at::date as _valid_to
from entered_twice as twins inner join wire.hubspot__deals as deals on twins.deal_id = deals.deal_id
where deals._valid_to is null;

create table wire.hubspot__deleted_deals as
select twins.twin_id as deal_id, twins.gone_at as deleted_at, deals._brand, deals._account, twins.gone_at::date as _day,
    to_json({'id': twins.twin_id, 'properties': {'hs_lastmodifieddate': iso_ms(twins.entered_at), 'hs_object_id': twins.twin_id}, 'createdAt': iso_ms(twins.entered_at), 'updatedAt': iso_ms(twins.entered_at), 'archived': true, 'archivedAt': iso_ms(twins.gone_at)})::text as _payload,
    null::date as _valid_from, null::date as _valid_to
from entered_twice as twins inner join wire.hubspot__deals as deals on twins.twin_id = deals.deal_id
where not twins.is_merged;

-- Until it moves on a deal looks as it did; its stages and people are told again with its last change.
create table moved_rows as
select deals.* replace (
    moved_on.moved_at as updated_at, moved_on.moved_at::date as _day, 'delivery' as pipeline_id, 'packed' as stage_id, false as is_won, false as is_closed, moved_on.moved_at::date as _valid_from,
    replace(replace(replace(replace(replace(deals._payload, '"dealstage":"closedwon","pipeline":"default"', '"dealstage":"packed","pipeline":"delivery"'),
        '"hs_is_closed_won":"true"', '"hs_is_closed_won":"false"'), '"hs_is_closed":"true"', '"hs_is_closed":"false"'),
        '"hs_lastmodifieddate":"' || iso_ms(deals.updated_at) || '"', '"hs_lastmodifieddate":"' || iso_ms(moved_on.moved_at) || '"'),
        '"updatedAt":"' || iso_ms(deals.updated_at) || '"', '"updatedAt":"' || iso_ms(moved_on.moved_at) || '"') as _payload
)
from wire.hubspot__deals as deals inner join moved_on using (deal_id);
create table moved_stages as
select stages.* replace (moved_at as updated_at, moved_at::date as _day, moved_at::date as _valid_from) from wire.hubspot__deal_stages as stages inner join moved_on using (deal_id)
union all by name
select deal_id, 'packed' as stage_id, moved_at as entered_at, moved_at as updated_at, _brand, _account, moved_at::date as _day,
    to_json({'value': 'packed', 'timestamp': iso_ms(moved_at), 'sourceType': 'CRM_UI'})::text as _payload, moved_at::date as _valid_from
from moved_rows inner join moved_on using (deal_id);
create table moved_ties as
select ties.* replace (moved_at as updated_at, moved_at::date as _day, moved_at::date as _valid_from) from wire.hubspot__deal_contacts as ties inner join moved_on using (deal_id);
update wire.hubspot__deals as rows set _valid_to = moved_at::date from moved_on where rows.deal_id = moved_on.deal_id;
update wire.hubspot__deal_stages as rows set _valid_to = moved_at::date from moved_on where rows.deal_id = moved_on.deal_id;
update wire.hubspot__deal_contacts as rows set _valid_to = moved_at::date from moved_on where rows.deal_id = moved_on.deal_id;
insert into wire.hubspot__deals by name select * from moved_rows;
insert into wire.hubspot__deal_stages by name select * from moved_stages;
insert into wire.hubspot__deal_contacts by name select * from moved_ties;

insert into wire.hubspot__pipelines by name
select 'delivery' as pipeline_id, 'packed' as stage_id, 'Delivery' as pipeline_label, 'Packed' as stage_label, 0 as display_order, false as is_closed, 0.5::decimal(20, 10) as probability,
    brand as _brand, hubspot_account as _account, getvariable('last_day')::date as _day,
    to_json({'id': 'packed', 'label': 'Packed', 'displayOrder': 0, 'archived': false, 'metadata': {'isClosed': 'false', 'probability': '0.5'}})::text as _payload
from brands;

-- What was imported was made then: it never stood in another stage, and its people and products came with it.
create macro retimed(payload, names, old, new) as
    list_reduce(list_prepend(payload, names), lambda text, name : replace(text, '"' || name || '":"' || iso_ms(old) || '"', '"' || name || '":"' || iso_ms(new) || '"'));
update wire.hubspot__deals as deals set
    created_at = imported_at, updated_at = imported_at, _day = imported_at::date, created_through = 'IMPORT',
    _payload = replace(retimed(retimed(deals._payload, ['createdate', 'createdAt'], deals.created_at, imported_at), ['hs_lastmodifieddate', 'updatedAt'], deals.updated_at, imported_at),
        '"hs_object_source":"CRM_UI"', '"hs_object_source":"IMPORT"')
from brought_over where deals.deal_id = brought_over.deal_id;
delete from wire.hubspot__deal_stages where deal_id in (select deal_id from brought_over) and stage_id <> 'closedwon';
update wire.hubspot__deal_stages as stages set
    entered_at = imported_at, updated_at = imported_at, _day = imported_at::date, _payload = to_json({'value': 'closedwon', 'timestamp': iso_ms(imported_at), 'sourceType': 'IMPORT'})::text
from brought_over where stages.deal_id = brought_over.deal_id;
update wire.hubspot__deal_contacts as ties set updated_at = imported_at, _day = imported_at::date from brought_over where ties.deal_id = brought_over.deal_id;
update wire.hubspot__line_items as items set
    updated_at = imported_at, _day = imported_at::date,
    _payload = retimed(items._payload, ['createdate', 'hs_lastmodifieddate', 'createdAt', 'updatedAt'], items.updated_at, imported_at)
from brought_over where items.deal_id = brought_over.deal_id;

-- For one deal in fifty its person is entered a second time, by whoever opens the deal. Three days after the deal was last
-- touched the second contact becomes a part of the first. That is no change of the deal: who read it knows the second one only.
create table merged_contacts as
select
    ties.contact_id, ties.deal_id, (6000000 + ties.contact_id::bigint)::text as twin_id, date_trunc('second', deal_versions.created_at) - to_seconds(60) as entered_at,
    date_trunc('second', deal_versions.entered_at) + to_seconds(3 * 86400) as merged_at
from deal_versions inner join wire.hubspot__deal_contacts as ties using (deal_id) inner join wire.hubspot__contacts as known on ties.contact_id = known.contact_id
where not is_late and chance('contact entered twice', deal_number) < 0.02 and known.updated_at < deal_versions.entered_at and ties.contact_id not in (select contact_id from signers)
    and deal_id not in (select deal_id from moved_on) and deal_id not in (select deal_id from entered_twice) and deal_id not in (select deal_id from brought_over)
qualify row_number() over (partition by ties.contact_id order by deal_versions.created_at, deal_id) = 1;
delete from merged_contacts where merged_at >= getvariable('end_at');

create table contacts_after_merging as
select known.* replace (
    merged_at as updated_at, merged_at::date as _day, merged_at::date as _valid_from, twin_id as merged_contact_ids,
    replace(retimed(known._payload, ['lastmodifieddate', 'updatedAt'], known.updated_at, merged_at), '"hs_merged_object_ids":null', '"hs_merged_object_ids":"' || twin_id || '"') as _payload
)
from wire.hubspot__contacts as known inner join merged_contacts using (contact_id);
insert into wire.hubspot__contacts by name
select
    twin_id as contact_id, entered_at as created_at, entered_at as updated_at, twin_email as email, known.first_name, known.last_name, 'lead' as lifecycle_stage, 'OPEN' as lead_status, known.owner_id, 'OFFLINE' as analytics_source,
    known._brand, known._account, entered_at::date as _day,
    crm_object(twin_id, to_json({'email': twin_email, 'phone': null, 'hs_additional_emails': null, 'mobilephone': null, 'firstname': known.first_name, 'lastname': known.last_name, 'company': null, 'city': null, 'lifecyclestage': 'lead',
        'hs_lead_status': 'OPEN', 'hubspot_owner_id': known.owner_id, 'createdate': iso_ms(entered_at), 'lastmodifieddate': iso_ms(entered_at), 'hs_object_id': twin_id, 'hs_analytics_source': 'OFFLINE', 'hs_analytics_first_url': null,
        'hs_analytics_first_referrer': null, 'hs_google_click_id': null, 'hs_facebook_click_id': null, 'hs_merged_object_ids': null, 'hs_calculated_merged_vids': null})::text, entered_at, entered_at) as _payload,
    merged_at::date as _valid_to
from (select *, 'entered.' || contact_id || '@twice.example' as twin_email from merged_contacts) as twins inner join wire.hubspot__contacts as known using (contact_id);
update wire.hubspot__contacts as rows set _valid_to = merged_at::date from merged_contacts where rows.contact_id = merged_contacts.contact_id;
insert into wire.hubspot__contacts by name select * from contacts_after_merging;

insert into wire.hubspot__deal_contacts by name
select ties.* replace (twin_id as contact_id, merged_at::date as _valid_to, replace(ties._payload, '"' || ties.contact_id || '"', '"' || twin_id || '"') as _payload)
from wire.hubspot__deal_contacts as ties inner join merged_contacts using (deal_id, contact_id);
update wire.hubspot__deal_contacts as ties set _valid_from = merged_at::date from merged_contacts where ties.deal_id = merged_contacts.deal_id and ties.contact_id = merged_contacts.contact_id;
