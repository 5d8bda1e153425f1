-- What really happened in the shops.
create table truth.shop_hours as
select
    hours.brand, hours.store, hours.date, hours.hour, hours.visitor_count,
    count(receipts.receipt_id) filter (where receipts.receipt_id not in (select returned_receipt_id from manual.receipts where kind = 'void')) as buyer_count
from shop_hours as hours left join shop_receipts as receipts using (brand, store, date, hour)
group by all;

-- What a till or a customer showed of where he came from: the code of the poster, an address that was met online, an answer.
create table truth.shop_receipts as
select
    brand, store, receipt_id, person::text as person_id, is_of_campaign, shows_code, self_reported_source,
    shows_code or person is not null or coalesce(self_reported_source in ('Google', 'Приятел'), false) as has_evidence
from shop_evidence;

create table truth.shop_campaigns as
select
    campaigns.brand, campaigns.store, campaigns.campaign_name, campaigns.first_date, campaigns.last_date, campaigns.effect_share,
    sum(hours.visitor_count * hours.effect_share / (1 + hours.effect_share)) as extra_visitor_count
from shop_campaigns as campaigns inner join shop_hours as hours on campaigns.store = hours.store and hours.is_campaign
group by all;
