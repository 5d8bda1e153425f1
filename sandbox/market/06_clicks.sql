-- What the ad platforms counted and charged: the clicks that became visits, and some that never arrived.
create table clicks as
with counted as (
    select
        brand, touch as platform, campaign_id, campaign_name, renamed_on, new_name, channel_type, network, click_price, visit_number as click_number,
        ad_group_id, ad_group_name, criterion_id, ad_id, keyword_text, match_type, coalesce(true_click_id, true_fbclid) as click_id,
        to_local(started_at, time_zone)::date as day, device_type
    from visits
    where touch in ('google_ads', 'meta_ads')
    union all
    select
        brand, touch, campaign_id, campaign_name, renamed_on, new_name, channel_type, network, click_price, visit_number + 1000000000000,
        ad_group_id, ad_group_name, criterion_id, ad_id, keyword_text, match_type,
        case touch when 'google_ads' then 'EAIaIQ' || md5(concat_ws('|', 'unseen', visit_number, getvariable('seed'))) end,
        to_local(started_at, time_zone)::date, device_type
    from visits
    where touch in ('google_ads', 'meta_ads') and chance('unseen', visit_number) < 0.12
)
select
    counted.*,
    case device_type when 'smartphone' then 'MOBILE' when 'tablet' then 'TABLET' else 'DESKTOP' end as device,
    floor(1000000 * click_price * (0.5 + chance('price', click_number)))::bigint // 10000 * 10000 as cost_micros,
    coalesce(claims.conversions, 0) as conversions,
    case when renamed_on is not null and day >= renamed_on then new_name else campaign_name end as name_that_day
from counted
-- Google's: Meta counts by the day of the conversion.
left join (
    select click_number, count(*) as conversions from platform_claims where platform = 'google_ads' and is_claimed group by click_number
) as claims using (click_number)
where day between getvariable('first_day')::date and getvariable('last_day')::date;

create table click_days as
select
    brand, platform, campaign_id, any_value(campaign_name) as campaign_name, any_value(new_name) as new_name, any_value(renamed_on) as renamed_on,
    any_value(channel_type) as channel_type, network, day, device, ad_group_id, any_value(ad_group_name) as ad_group_name,
    criterion_id, ad_id, any_value(keyword_text) as keyword_text, any_value(match_type) as match_type,
    count(*) as clicks, sum(cost_micros)::bigint as cost_micros, sum(conversions)::bigint as conversions,
    sum(12 + click_number % 40)::bigint as impressions
from clicks
group by brand, platform, campaign_id, network, day, device, ad_group_id, criterion_id, ad_id;
