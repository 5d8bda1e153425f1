-- What the ad platforms claim, each by its own documented rules. Google: its tag on the forms credits the device's last
-- click of 30 days, on the day of the click; of the calls that follow a click it counts those of a minute and more. Meta:
-- its pixel on the forms credits the device's last click of 7 days, else an ad that was seen the day before, and its own
-- forms; all on the day of the conversion. No tag runs for who refused in the form's banner, and none hears of the rest.
create table told_of as
select
    inquiries.*, platforms.platform,
    way in ('typeform', 'callrail_form') as is_form,
    way = 'typeform' and nature <> 'spam' and chance('consent', person) >= 0.7 and chance('consent', person) < 0.9 as is_refused
from inquiries
inner join brands using (brand)
cross join (values ('google_ads'), ('meta_ads')) as platforms (platform)
where google_account is not null;

-- The device's clicks of half a year: which of them still counts is the platform's rule. A robot has a device of its own,
-- on which there is the click of its page alone.
create table carried_clicks as
select
    told_of.record_number, told_of.platform, visits.visit_id, visits.visit_number, visits.started_at, visits.campaign_id, visits.ad_id, visits.is_utm_missing, visits.is_utm_missing or visits.is_utm_unexpanded as is_campaign_lost,
    told_of.occurred_at <= visits.started_at + to_days(case told_of.platform when 'google_ads' then 30 else 7 end) as is_in_window
from told_of
inner join visits
    on told_of.brand = visits.brand and told_of.platform = visits.touch and not visits.is_click_id_missing and visits.started_at <= told_of.occurred_at
    and case when nature = 'spam' then told_of.visit_id = visits.visit_id else told_of.client_id = visits.client_id end
qualify row_number() over (partition by told_of.record_number, told_of.platform order by visits.started_at desc, visits.visit_number desc) = 1;

-- The last contact of the person that was not direct, which a report of last touches would credit, on the devices from
-- which the person ever wrote: of the others nobody knows whose they are.
create table last_contacts as
with known_devices as (
    select distinct person, client_id from inquiries where nature in ('real', 'duplicate') and (way in ('typeform', 'callrail_form', 'chat') or has_session)
)
select told_of.record_number, told_of.platform, visits.visit_id, visits.client_id, visits.touch, visits.is_click_id_missing
from told_of
inner join visits on told_of.person = visits.person and visits.started_at <= told_of.occurred_at and visits.touch <> 'direct'
inner join known_devices on visits.person = known_devices.person and visits.client_id = known_devices.client_id
qualify row_number() over (partition by told_of.record_number, told_of.platform order by visits.started_at desc, visits.visit_number desc) = 1;

create table platform_claims as
with placed as (select brand, campaign_id, ad_id, row_number() over (partition by campaign_id order by ad_id) as ad_place from keywords where platform = 'meta_ads'),
seen as (
    select
        told_of.*, carried_clicks.visit_id as click_visit_id, carried_clicks.visit_number as click_number, carried_clicks.started_at as clicked_at,
        carried_clicks.campaign_id as click_campaign_id, carried_clicks.ad_id as click_ad_id, carried_clicks.is_utm_missing as is_click_untagged, carried_clicks.is_campaign_lost,
        coalesce(is_in_window, false) as is_in_window,
        way = 'call' and has_session and told_of.touch = told_of.platform and told_of.platform = 'google_ads' and chance('counted by google', record_number) < 0.9 as is_call_counted,
        coalesce(last_contacts.is_click_id_missing, true) as is_last_click_id_lost, last_contacts.client_id is distinct from told_of.client_id as is_last_elsewhere,
        last_contacts.visit_id as last_visit_id,
        (select list(campaign_id order by campaign_id) from campaigns where campaigns.brand = told_of.brand and campaigns.platform = 'meta_ads') as meta_campaigns
    from told_of
    left join carried_clicks using (record_number, platform)
    left join last_contacts using (record_number, platform)
),
ruled as (
    select
        *,
        case
            when way = 'walk_in' then 'offline_not_told'
            when way = 'lead_ad' and platform = 'meta_ads' and lead_campaign_id is not null then null
            when way = 'call' and platform = 'google_ads' then case when not is_call_counted then 'call_not_counted' when duration_seconds < 60 then 'call_too_short' end
            when not is_form then 'other_action'
            when is_refused then 'consent'
            when is_in_window then null
            when is_last_click_id_lost then 'lost_click_id'
            when is_last_elsewhere then 'other_device'
            else 'window'
        end as unclaimed_for
    from seen
),
viewed as (
    select
        *,
        platform = 'meta_ads' and is_form and nature <> 'spam' and not is_refused and not is_in_window and chance('saw an ad', record_number) < 0.03 as is_after_view
    from ruled
),
claimed as (
    select
        viewed.record_number, viewed.brand, viewed.platform, viewed.unclaimed_for, viewed.unclaimed_for is null as is_claimed, viewed.is_after_view,
        case when way = 'lead_ad' then lead_campaign_id when is_after_view then meta_campaigns[1 + floor(chance('seen ad', record_number) * 3)::integer]
            when way = 'call' then visit_campaign_id else click_campaign_id end as claimed_campaign_id,
        case when way = 'lead_ad' or is_after_view then placed.ad_id else click_ad_id end as claimed_ad_id,
        case when way = 'call' then visit_number else click_number end as click_number,
        to_local(case when platform = 'google_ads' then case when way = 'call' then visited_at else clicked_at end else occurred_at end, time_zone)::date as day,
        coalesce(is_click_untagged and click_visit_id = last_visit_id, false) as is_tag_lost,
        -- Google names the campaign of a click id, Meta does not.
        not coalesce(is_form and platform = 'meta_ads' and is_campaign_lost, false) as is_campaign_told
    from viewed
    left join placed
        on (way = 'lead_ad' or is_after_view) and viewed.brand = placed.brand and placed.ad_place = record_number % 9 + 1
        and placed.campaign_id = case when way = 'lead_ad' then lead_campaign_id else meta_campaigns[1 + floor(chance('seen ad', record_number) * 3)::integer] end
)
-- A day that has not ended at the vendors is told by none of them yet.
select
    * replace (
        case when unclaimed_for is null and day > getvariable('last_day')::date then 'not_read_yet' else unclaimed_for end as unclaimed_for,
        is_claimed and day <= getvariable('last_day')::date as is_claimed, is_after_view and day <= getvariable('last_day')::date as is_after_view
    )
from claimed;
